import { ClipPainter, type Sighting } from "../motion/draw.ts";
import { type ClipPlan, planLine } from "../motion/plan.ts";
import { serve } from "./pool.ts";

/** Which frame of which clip to draw, counted from 0. */
export interface FrameTask {
  readonly plan: ClipPlan;
  readonly frame: number;
}

/** A drawn frame of a clip. */
export interface ClipFrame {
  readonly rgb: Uint8Array;
  readonly sightings: readonly Sighting[];
}

// A worker draws frames of one clip only.
let painter: ClipPainter | undefined;

serve(({ plan, frame }: FrameTask): Promise<ClipFrame> => {
  painter ??= new ClipPainter(planLine(plan), plan.seed);
  return painter.draw(frame);
}, ({ rgb }) => [rgb.buffer]);
