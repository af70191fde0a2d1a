import type { Detection } from "../runtime/packet.ts";
import type { Side } from "./boundary.ts";
import type { Counted, Crossing, Direction, ThingInView } from "./counted.ts";
import { flawsOf } from "./flaws.ts";
import { type Anchor, anchorOf, type Point } from "./geometry.ts";
import { handOver } from "./handover.ts";
import { kindOf } from "./pattern.ts";
import { place, type PlacedShape, type Shape } from "./shape.ts";
import { Tally } from "./tally.ts";
import { Thing } from "./thing.ts";
import type { VerdictRules } from "./votes.ts";

/** Things that are remembered once they are gone for good, as their tracker may bring them back. */
const mostGone = 4096;
/** What the vote of a box cut by the picture's border counts: half a part shows half its defects. */
const cutWeight = 0.1;

/** How a {@linkcode Counter} counts. */
export interface CounterOptions {
  /** What is counted at. */
  readonly shape: Shape;
  /** Across a line. */
  readonly direction: Direction;
  /** Of a zone. */
  readonly on: "enter" | "leave";
  /** The point of a box that must pass. */
  readonly anchor: Anchor;
  /** Seconds for which a lost thing may come back under another id. */
  readonly memory: number;
  /** Frames that a thing must have been seen in. */
  readonly frames: number;
  /** Whether a class is of things to count. */
  readonly counts: (name: string) => boolean;
  /** Whether a class is of flaws with boxes of their own. */
  readonly flaws: (name: string) => boolean;
  /** Left out: nothing is judged. */
  readonly rules?: VerdictRules;
}

/** One frame, as it comes from a tracker. */
export interface CounterFrame {
  /** Its index in its source. */
  readonly number: number;
  /** Seconds; if it is less than before, the camera began anew. */
  readonly pts: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Those without a track id are passed over, unless they are flaws. */
  readonly detections: readonly Detection[];
}

/**
 * Counts the things of one camera as they pass a line or a zone, each once.
 *
 * A thing has passed once it is clear of the band on the other side of where it was clear of it (or
 * first seen) before. One that is lost and found again nearby under another id stays the same thing.
 * One that is not found again is counted if it was past the line, or in the zone, when last seen.
 */
export class Counter {
  /** Counted things that came back, passages against the direction, ids joined, vanished things counted. */
  readonly statistics = { returned: 0, against: 0, handedOver: 0, vanished: 0 };
  readonly #tally = new Tally();
  /** Things in view, or lost for no longer than the memory. */
  readonly #things = new Map<number, Thing>();
  readonly #gone = new Map<number, Thing>();
  readonly #rules: VerdictRules;
  #placed: PlacedShape | undefined;
  #size = { width: 0, height: 0 };
  /** Stream time of this frame and of the one before. */
  #last = -Infinity;
  #before = -Infinity;
  #crossings: Crossing[] = [];

  /** Nothing is counted yet. */
  constructor(readonly options: CounterOptions) {
    const { rules } = options;
    this.#rules = {
      // A flaw is a reject by itself, whatever the patterns say.
      rejects: (name) => rules !== undefined && (rules.rejects(name) || this.#isFlawed(name)),
      share: rules?.share ?? 1,
    };
  }

  /** What has been counted so far. */
  get totals(): Counted["totals"] {
    return this.#tally.totals;
  }

  /**
   * Takes in one frame.
   *
   * @throws {RangeError} The line or zone is outside the picture.
   */
  update(frame: CounterFrame): Counted {
    this.#crossings = [];
    const { boundary, points } = this.#begin(frame);
    const { anchor, direction, shape, counts, flaws, rules } = this.options;
    const parts = frame.detections.filter((one) => one.track !== undefined && !flaws(one.class));
    this.#recognize(parts, frame.pts);
    const found = flawsOf(parts, frame.detections.filter((one) => flaws(one.class)));
    const views = new Map<number, ThingInView>();
    for (const part of parts) {
      const thing = this.#things.get(part.track!)!;
      this.#vote(thing, part, found.get(part), frame);
      const sure = thing.observe(part, frame, boundary, anchor);
      if (sure !== 0) this.#pass(thing, sure);
      else if (this.#entersUnseen(thing) && boundary.side(thing.point) === 1) {
        thing.due = { at: thing.point, to: 1 };
      }
      if (thing.due && thing.frames >= this.options.frames) {
        this.#count(thing, thing.due.at, thing.due.to);
      }
      const { class: name, verdict } = thing.verdict ?? thing.votes.judge(this.#rules);
      if (counts(name)) views.set(thing.track, { counted: thing.counted, class: name, verdict });
    }
    this.#forget(frame.pts - this.options.memory);
    return {
      kind: "counts",
      shape: points,
      ...(shape.kind === "line" && { direction }),
      judged: rules !== undefined,
      totals: this.#tally.totals,
      crossings: this.#crossings,
      things: views,
    };
  }

  /** Nothing more comes: settles what is lost. Returns what was counted by that. */
  finish(): readonly Crossing[] {
    this.#crossings = [];
    this.#restart();
    return this.#crossings;
  }

  #begin({ pts, width, height }: CounterFrame): PlacedShape {
    const resized = width !== this.#size.width || height !== this.#size.height;
    if (resized || pts < this.#last) this.#restart();
    this.#before = this.#last;
    this.#last = pts;
    if (!this.#placed || resized) {
      this.#placed = place(this.options.shape, width, height);
      this.#size = { width, height };
    }
    return this.#placed;
  }

  /** Finds the thing of each part, or begins it. */
  #recognize(parts: readonly Detection[], pts: number): void {
    const fresh: Detection[] = [];
    const here = new Set<number>();
    for (const part of parts) {
      const id = part.track!;
      here.add(id);
      if (this.#things.has(id)) continue;
      const back = this.#gone.get(id);
      if (back) {
        this.#gone.delete(id);
        this.#things.set(id, back);
      } else fresh.push(part);
    }
    if (fresh.length === 0) return;
    const lost = [...this.#things.values()].filter(({ track }) => !here.has(track));
    const { boundary } = this.#placed!;
    const sideOf = ({ box }: Detection) => boundary.sign(anchorOf(box, this.options.anchor));
    const present = [...this.#things.values()].filter(({ seen }) => seen === this.#before);
    const heirs = handOver({ lost, present, fresh, pts, sideOf });
    for (const part of fresh) {
      const thing = heirs.get(part) ?? new Thing(part.track!, this.options.memory);
      if (heirs.has(part)) {
        this.#things.delete(thing.track);
        thing.track = part.track!;
        this.statistics.handedOver++;
      }
      this.#things.set(thing.track, thing);
    }
  }

  #vote(thing: Thing, part: Detection, flaw: Detection | undefined, frame: CounterFrame): void {
    const [x1, y1, x2, y2] = part.box;
    const cut = x1 < 1 || y1 < 1 || x2 > frame.width - 1 || y2 > frame.height - 1;
    const name = flaw ? `${kindOf(part.class)}:${flaw.class}` : part.class;
    const score = flaw ? flaw.score : part.score;
    thing.votes.add(name, score, cut ? score * cutWeight : score);
  }

  #isFlawed(name: string): boolean {
    const colon = name.indexOf(":");
    return colon >= 0 && this.options.flaws(name.slice(colon + 1));
  }

  /** It has surely gone over to the other side. */
  #pass(thing: Thing, to: Side): void {
    const at = thing.step?.at;
    thing.side = to;
    thing.step = undefined;
    thing.due = undefined;
    // Round the end of a line.
    if (!at) return;
    if (thing.counted) {
      if (this.#comesBack(thing, to)) this.statistics.returned++;
    } else if (this.#wanted(to)) thing.due = { at, to };
    else if (this.options.shape.kind === "line") this.statistics.against++;
  }

  /** Whether a thing first seen in a zone, clear of its band, has entered it. */
  #entersUnseen({ counted, due }: Thing): boolean {
    return this.options.shape.kind === "zone" && this.options.on === "enter" && !counted && !due;
  }

  #wanted(to: Side): boolean {
    const { shape, direction, on } = this.options;
    if (shape.kind === "zone") return to === (on === "enter" ? 1 : -1);
    return direction === "any" || to === (direction === "forward" ? 1 : -1);
  }

  /** Leaving a zone after entering it is no return; any other passage of a counted thing is one. */
  #comesBack(thing: Thing, to: Side): boolean {
    return this.options.shape.kind === "zone" ? to === 1 : to !== thing.countedTo;
  }

  #count(thing: Thing, at: Point, to: Side, vanished = false): void {
    thing.due = undefined;
    const verdict = thing.votes.judge(this.#rules);
    // By the votes: a frame or two that take a part for something else must not hide it.
    if (!this.options.counts(verdict.class)) return;
    thing.verdict = verdict;
    thing.countedTo = to;
    if (vanished) this.statistics.vanished++;
    const crossing: Crossing = {
      track: thing.track,
      ...verdict,
      ...(this.options.shape.kind === "line" && {
        direction: to === 1 ? "forward" as const : "backward" as const,
      }),
      at,
      box: thing.box,
      frame: thing.frame,
      ...(vanished && { vanished }),
    };
    this.#tally.add(crossing);
    this.#crossings.push(crossing);
  }

  /** What has not been seen since `pts` is gone. */
  #forget(pts: number): void {
    for (const thing of [...this.#things.values()]) {
      if (thing.seen >= pts) continue;
      this.#things.delete(thing.track);
      this.#settle(thing);
      this.#gone.set(thing.track, thing);
      if (this.#gone.size > mostGone) this.#gone.delete(this.#gone.keys().next().value!);
    }
  }

  /** Counts a thing that is gone, if it was past the line or in the zone. */
  #settle(thing: Thing): void {
    if (thing.counted || thing.frames < this.options.frames) return;
    if (this.options.shape.kind === "zone") {
      const left = this.options.on === "leave" && thing.side === 1;
      if (left || thing.sign === 1) this.#count(thing, thing.point, thing.sign, true);
    } else if (thing.step?.at && this.#wanted(thing.sign)) {
      this.#count(thing, thing.step.at, thing.sign, true);
    }
  }

  /** What is in view to the last has neither passed nor vanished. */
  #restart(): void {
    for (const thing of this.#things.values()) if (thing.seen < this.#last) this.#settle(thing);
    this.#things.clear();
    this.#gone.clear();
    this.#last = -Infinity;
  }
}
