import { lineside } from "./lineside.ts";
import { inData } from "./places.ts";
import { type Sample, sample } from "./statistics.ts";

/** What eight elements that do nothing add to a frame. */
export interface ElementCost {
  /** Microseconds a frame with none, with eight, and the difference within a round. */
  readonly none: Sample;
  readonly eight: Sample;
  readonly added: Sample;
}

/** Plays the clip `passes` times without and with eight no-op elements, in turn, `rounds` times. */
export async function elementCost(rounds: number, passes: number): Promise<ElementCost> {
  const set = {
    "cameras.clip.file": inData("video/bottle-detection.mp4"),
    "cameras.clip.loop": passes,
  };
  const time = async (name: string) =>
    1e6 / (await lineside(`bench/pipelines/${name}.yaml`, set)).fps;
  const figures: { none: number; eight: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    figures.push({ none: await time("none"), eight: await time("noop") });
  }
  return {
    none: sample(figures.map((f) => f.none)),
    eight: sample(figures.map((f) => f.eight)),
    added: sample(figures.map((f) => f.eight - f.none)),
  };
}
