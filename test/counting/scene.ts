import {
  Counter,
  type CounterFrame,
  type CounterOptions,
  type Crossing,
} from "../../src/counting/mod.ts";
import type { Detection } from "../../src/runtime/packet.ts";

/** Pixels, and frames a second, of the scenes here. */
export const size = { width: 640, height: 480 };
export const fps = 25;

/** Options of a counter at a line upwards through x = 320, with what differs. */
export function counterAt(more: Partial<CounterOptions> = {}): Counter {
  return new Counter({
    shape: { kind: "line", points: [[320, 480], [320, 0]], band: 8 },
    direction: "any",
    on: "leave",
    anchor: "center",
    memory: 1,
    frames: 2,
    counts: () => true,
    flaws: () => false,
    ...more,
  });
}

/** A square detection of a track, by its centre. */
export function at(
  track: number | undefined,
  x: number,
  y = 240,
  more: Partial<Detection> & { side?: number } = {},
): Detection {
  const { side = 40, ...rest } = more;
  const box = [x - side / 2, y - side / 2, x + side / 2, y + side / 2] as const;
  return { class: "washer", classId: 0, score: 0.9, box, ...(track && { track }), ...rest };
}

/** A frame of 25 a second. */
export function frame(number: number, detections: readonly Detection[]): CounterFrame {
  return { number, pts: number / fps, ...size, detections };
}

/** Plays frames from the first on; returns all that was counted, by the end included. */
export function play(counter: Counter, frames: readonly (readonly Detection[])[]): Crossing[] {
  const all = frames.flatMap((detections, i) => counter.update(frame(i, detections)).crossings);
  return [...all, ...counter.finish()];
}

/** Frames of one track at these x. */
export function moving(track: number, xs: readonly number[]): Detection[][] {
  return xs.map((x) => [at(track, x)]);
}

/** From, to and in between, `step` at a time. */
export function steps(from: number, to: number, step: number): number[] {
  const count = Math.floor(Math.abs(to - from) / step);
  return Array.from({ length: count + 1 }, (_, i) => from + i * step * Math.sign(to - from));
}
