import type { Detection } from "../runtime/packet.ts";
import { Assignment } from "./assignment.ts";
import { Candidates } from "./candidates.ts";
import { heightOverlap, iou } from "./iou.ts";
import { KalmanFilters } from "./kalman.ts";
import { type ByteTrackOptions, resolveOptions } from "./options.ts";
import type { Track } from "./track.ts";
import type { Tracker } from "./tracker.ts";

/** A lost track's overlap counts for this much: its box is a guess, that of one just seen is not. */
const lostTrust = 0.8;

/**
 * ByteTrack (Zhang et al., ECCV 2022, arXiv:2110.06864): tracks are matched by IoU with their predicted
 * boxes, first with the detections of high score, then, those left over, with the ones of low score,
 * which are mostly objects that are half hidden.
 *
 * Where the paper and its published code differ, this follows the paper: tracks of any state take part
 * in both associations (algorithm 1; the code leaves out lost and unconfirmed ones, or lets them choose
 * later); boxes that overlap at all are assigned, then what is under IoU 0.2 is rejected, the same in both
 * (section 4.1; the code limits the assignment's costs, and to IoU 0.5 in the second). As in the code, but
 * not in the paper, IoU is weighed by score for high scores, and a track gets its id in its second frame.
 *
 * Unlike both:
 * - A track keeps to one class, tracks that coincide are not merged, and the size of a lost track goes on
 *   changing.
 * - The filter has the width instead of the aspect ratio, and four times the noise in the centre's
 *   velocity, for cameras turn and shake (`KalmanFilters`).
 * - To be assigned, IoU counts by the height that both boxes share (Hybrid-SORT, arXiv:2308.00783): of two
 *   people who cross, top and foot tell which is nearer the camera where IoU can't.
 * - A lost track's overlap counts for four fifths, so that one seen in the last frame is preferred.
 * - IoU is not weighed by score to be rejected where the detection scores too low to begin a track and
 *   the track was seen in the last frame. Otherwise a track that once took a neighbour's weak detection
 *   does not get its own back, and its object has no id for as long as its score stays there.
 *
 * These were chosen by MOTA, IDF1 and HOTA on the sequences of test/tracking/accuracy_test.ts, on copies
 * of them with shaken boxes, and on those of test/reference/track_noise.py. Four fifths could be three
 * quarters, and the size's velocity a third noisier, with hardly a loss on the sequences themselves; the
 * centre's velocity matters: 1/50 of the height instead of 1/40 costs MOT17-05 1.3 points of IDF1, 1/32
 * half a point. On other scenes they are not tried.
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
    this.#associate(tracks, high, highCount, options.match, options.fuseScore, now);
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

  /** Matches some tracks with the listed detections. */
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
    const { classAware, start } = this.#options;
    const assignment = this.#assignment;
    assignment.begin(tracks.length, count);
    for (let row = 0; row < tracks.length; row++) {
      const { index, classId, seen } = tracks[row]!;
      const trust = now - seen > 1 ? lostTrust : 1;
      for (let column = 0; column < count; column++) {
        const detection = list[column]!;
        if (classAware && classes[detection] !== classId) continue;
        const overlap = iou(this.#boxes, index, boxes, detection);
        // A filter that ran out of range makes it NaN.
        if (overlap > 0) {
          const heights = heightOverlap(this.#boxes, index, boxes, detection);
          const score = fuse ? scores[detection]! : 1;
          assignment.allow(row, column, 1 - overlap * heights * score * trust);
        }
      }
    }
    assignment.solve(1);
    for (let row = 0; row < tracks.length; row++) {
      const column = assignment.columnOf[row]!;
      if (column === -1) continue;
      const { index, seen } = tracks[row]!;
      const detection = list[column]!;
      const score = scores[detection]!;
      // What can't begin a track would be lost: the nearest track that was just there may have it.
      const weight = fuse && (score >= start || now - seen > 1) ? score : 1;
      if (1 - iou(this.#boxes, index, boxes, detection) * weight > limit) continue;
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
