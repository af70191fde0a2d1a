import type { Detection } from "../runtime/packet.ts";
import type { Boundary, Side } from "./boundary.ts";
import { type Anchor, anchorOf, type Box, type Point } from "./geometry.ts";
import { Path } from "./path.ts";
import { kindOf } from "./pattern.ts";
import { type Verdict, Votes } from "./votes.ts";

/** One thing that is followed, under whatever track ids. */
export class Thing {
  readonly votes = new Votes();
  readonly path: Path;
  /** Kind of part that it was last said to be. */
  kind = "";
  box: Box = [0, 0, 0, 0];
  /** Stream time and number of the frame in which it was last seen. */
  seen = 0;
  frame = 0;
  /** Frames in which it was seen. */
  frames = 0;
  /** Final once it is counted; undefined before. */
  verdict: Verdict | undefined;
  /** The side that it had gone over to when it was counted. */
  countedTo: Side = 0;
  /** Where it surely was: the side of the boundary on which it was last clear of the band. */
  side: Side = 0;
  /** The side on which it is at present, band or not. */
  sign: Side = 0;
  /** Its last step off its own side; `at` is undefined if that was round a line's end. */
  step: { readonly at: Point | undefined } | undefined;
  /** A passage that counts, once it has been seen in enough frames. */
  due: { readonly at: Point; readonly to: Side } | undefined;
  #point: Point = [0, 0];

  /** Remembers where it was for `memory` seconds. */
  constructor(public track: number, memory: number) {
    this.path = new Path(memory);
  }

  /** Takes in one frame. Returns the side it has surely gone over to, if it has. */
  observe(
    detection: Detection,
    frame: { readonly pts: number; readonly number: number },
    boundary: Boundary,
    anchor: Anchor,
  ): Side {
    const { box } = detection;
    this.kind = kindOf(detection.class);
    this.box = box;
    this.seen = frame.pts;
    this.frame = frame.number;
    this.frames++;
    this.path.add(frame.pts, box);
    const point = anchorOf(box, anchor);
    const before = this.frames === 1 ? point : this.#point;
    this.#point = point;
    this.sign = boundary.sign(point);
    // What is first seen within the band is taken to have come from the side it is on.
    if (this.side === 0) this.side = this.sign;
    if (this.sign === this.side) this.step = undefined;
    else if (this.sign !== 0) this.step ??= { at: boundary.passage(before, point) };
    const sure = boundary.side(point);
    return sure !== 0 && sure === -this.side ? sure : 0;
  }

  get counted(): boolean {
    return this.verdict !== undefined;
  }

  /** The point that stands for it. */
  get point(): Point {
    return this.#point;
  }
}
