import type { Detection } from "../runtime/packet.ts";
import { Assignment } from "./assignment.ts";
import { Candidates } from "./candidates.ts";
import { iou } from "./iou.ts";
import { KalmanFilters } from "./kalman.ts";
import { type ByteTrackOptions, resolveOptions } from "./options.ts";
import type { Track } from "./track.ts";
import type { Tracker } from "./tracker.ts";

/**
 * ByteTrack (Zhang et al., ECCV 2022, arXiv:2110.06864): tracks are matched by IoU with their predicted
 * boxes, first with the detections of high score, then, those left over, with the ones of low score,
 * which are mostly objects that are half hidden.
 *
 * Where the paper and its published code differ, this follows the paper: tracks of any state take part
 * in the second association (algorithm 1; the code leaves out lost and unconfirmed ones); boxes that
 * overlap at all are assigned, then what is under 0.2 is rejected, the same in every association
 * (section 4.1; the code limits the assignment's costs, and to IoU 0.5 in the second). As in the code,
 * but not in the paper, IoU is weighed by score for high scores, tracks without an id choose after those
 * with one, and a track gets its id in its second frame. Unlike both, a track keeps to one class, tracks
 * that coincide are not merged, the height of a lost track goes on changing, and the filters' velocities
 * have four times the code's noise (a standard deviation of 1/40 of the height a frame). That number was
 * chosen among 1/160 to 1/32, and the departures kept or dropped, by the MOTA, IDF1 and HOTA of the very
 * sequences of test/tracking/accuracy_test.ts; on others they are not tried.
 *
 * One instance a camera. Ids begin at 1, rise, and are never given again; the same detections give the
 * same ids on every machine.
 *
 * @example
 * ```ts
 * import type { Packet } from "../runtime/packet.ts";
 * const tracker = new ByteTrack({ fps: 25 });
 * const follow = (packet: Packet) => tracker.update(packet.detections ?? [], packet);
 * ```
 */
export class ByteTrack implements Tracker {
  readonly #options: Required<ByteTrackOptions>;
  /** Frames that a lost track is kept. */
  readonly #keep: number;
  readonly #filters: KalmanFilters;
  readonly #assignment = new Assignment();
  readonly #candidates = new Candidates();
  #tracks: Track[] = [];
  /** Boxes of `#tracks`, by their index. */
  #boxes = new Float64Array(0);
  /** The track matched to each detection of this frame. */
  #matched: (Track | undefined)[] = [];
  #frame: number | undefined;
  #lastId = 0;

  /**
   * Begins without any track.
   * @throws {RangeError} An option is out of range; the message names it.
   */
  constructor(options: ByteTrackOptions = {}) {
    this.#options = resolveOptions(options);
    this.#filters = new KalmanFilters();
    this.#keep = Math.round(this.#options.fps * this.#options.buffer / 30);
  }

  /** Tracks that are confirmed, lost or tentative now. */
  get size(): number {
    return this.#tracks.length;
  }

  /** {@inheritDoc Tracker.update} */
  update(detections: readonly Detection[], frame?: { readonly number: number }): Detection[] {
    const first = this.#frame === undefined;
    const now = this.#advance(frame?.number);
    const options = this.#options;
    const candidates = this.#candidates;
    candidates.load(detections, options.low, options.high);
    const matched = this.#matched;
    matched.length = detections.length;
    matched.fill(undefined);

    const { high, low, highCount, lowCount } = candidates;
    const tracks = this.#tracks;
    const known = tracks.filter((track) => track.state !== "tentative");
    this.#associate(known, high, highCount, options.match, options.fuseScore, now);
    const tentative = tracks.filter((track) => track.state === "tentative");
    this.#associate(tentative, high, highCount, options.matchNew, options.fuseScore, now);
    const unseen = tracks.filter((track) => track.seen !== now);
    this.#associate(unseen, low, lowCount, options.matchLow, false, now);

    for (const track of tracks) this.#age(track, now);
    this.#begin(now, first);
    this.#tracks = this.#tracks.filter((track) => track.state !== "removed" || this.#stop(track));
    return detections.map((detection, i) => {
      const track = matched[i];
      if (track?.state === "confirmed") return { ...detection, track: track.id };
      return detection.track === undefined ? detection : { ...detection, track: undefined };
    });
  }

  /** {@inheritDoc Tracker.reset} */
  reset(): void {
    for (const track of this.#tracks) this.#filters.stop(track.filter);
    this.#tracks = [];
    this.#frame = undefined;
  }

  /** Moves all tracks on to this frame, and lets go of those that were not seen for too long. */
  #advance(number: number | undefined): number {
    const last = this.#frame;
    const now = number ?? (last === undefined ? 0 : last + 1);
    if (!Number.isSafeInteger(now) || (last !== undefined && now <= last)) {
      throw new RangeError(
        `frame number ${now}; expected an integer${last === undefined ? "" : ` above ${last}`}`,
      );
    }
    this.#frame = now;
    const steps = last === undefined ? 0 : now - last;
    if (steps > 1) {
      // A track may still be matched in the frame after its last, as without the gap.
      for (const track of this.#tracks) {
        if (now - track.seen > this.#keep + 1) track.state = "removed";
      }
      this.#tracks = this.#tracks.filter((track) => track.state !== "removed" || this.#stop(track));
    }
    if (this.#boxes.length < this.#tracks.length * 4) {
      this.#boxes = new Float64Array(this.#tracks.length * 8);
    }
    for (const [i, track] of this.#tracks.entries()) {
      track.index = i;
      this.#filters.predict(track.filter, steps);
      this.#filters.box(track.filter, this.#boxes, i * 4);
    }
    return now;
  }

  /** Matches some tracks with those of the listed detections that are not matched yet. */
  #associate(
    tracks: readonly Track[],
    list: Int32Array,
    count: number,
    limit: number,
    fuse: boolean,
    now: number,
  ): void {
    if (tracks.length === 0 || count === 0) return;
    const { boxes, scores, classes } = this.#candidates;
    const { classAware } = this.#options;
    const assignment = this.#assignment;
    assignment.begin(tracks.length, count);
    for (let row = 0; row < tracks.length; row++) {
      const { index, classId } = tracks[row]!;
      for (let column = 0; column < count; column++) {
        const detection = list[column]!;
        if (classAware && classes[detection] !== classId) continue;
        if (this.#matched[detection]) continue;
        const overlap = iou(this.#boxes, index, boxes, detection);
        // A filter that ran out of range makes it NaN.
        if (overlap > 0) {
          assignment.allow(row, column, 1 - overlap * (fuse ? scores[detection]! : 1));
        }
      }
    }
    assignment.solve(1);
    for (let row = 0; row < tracks.length; row++) {
      const column = assignment.columnOf[row]!;
      if (column === -1) continue;
      const detection = list[column]!;
      const overlap = iou(this.#boxes, tracks[row]!.index, boxes, detection);
      if (1 - overlap * (fuse ? scores[detection]! : 1) > limit) continue;
      this.#match(tracks[row]!, detection, now);
    }
  }

  #match(track: Track, detection: number, now: number): void {
    const { boxes } = this.#candidates;
    const at = detection * 4;
    this.#filters.correct(track.filter, boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!);
    this.#matched[detection] = track;
    track.seen = now;
    if (track.state === "tentative" && ++track.hits < this.#options.confirm) return;
    track.state = "confirmed";
    if (track.id === 0) track.id = ++this.#lastId;
  }

  #age(track: Track, now: number): void {
    if (track.seen === now) return;
    if (track.state === "tentative" || now - track.seen > this.#keep) track.state = "removed";
    else track.state = "lost";
  }

  /** Begins tracks at detections of high score that none has matched. */
  #begin(now: number, first: boolean): void {
    const { high, highCount, boxes, scores, classes } = this.#candidates;
    // What is there when a camera starts needs no second look.
    const sure = first || this.#options.confirm === 1;
    for (let i = 0; i < highCount; i++) {
      const detection = high[i]!;
      if (this.#matched[detection] || scores[detection]! < this.#options.start) {
        continue;
      }
      const at = detection * 4;
      const track: Track = {
        state: sure ? "confirmed" : "tentative",
        id: sure ? ++this.#lastId : 0,
        classId: classes[detection]!,
        filter: this.#filters.start(boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!),
        began: now,
        hits: 1,
        seen: now,
        index: -1,
      };
      this.#matched[detection] = track;
      this.#tracks.push(track);
    }
  }

  #stop(track: Track): false {
    this.#filters.stop(track.filter);
    return false;
  }
}
