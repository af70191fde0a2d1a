import type { DecodedImage } from "../../elements/image_decode.ts";
import {
  type NativeChain,
  type NativeEngine,
  type NativeRuntime,
  through,
} from "../../native/mod.ts";
import type { Frame } from "../packet.ts";

/** How fast two engines are, beside each other. */
export interface Speed {
  /** Pictures a second in INT8. */
  readonly int8: number;
  /** Pictures a second of the float model. */
  readonly float: number;
  /** What the float model computed in. */
  readonly precision: "bf16" | "fp16" | "fp32";
  /** Pictures in a batch. */
  readonly batch: number;
}

/** By how much INT8 must be slower to be told of: runs differ by that much among themselves. */
const tolerance = 0.97;
const mostRounds = 7;
/** Milliseconds that a round is to take. */
const roundTime = 90;
/** Milliseconds after which no other round is begun. */
const wholeTime = 1500;

/** Whether INT8 is slower, and by more than measurements differ. */
export function isSlower({ int8, float }: Speed): boolean {
  return int8 < float * tolerance;
}

/**
 * Times two engines of the same model in short runs by turns, so that what else the machine does
 * burdens both alike; medians count.
 *
 * @param pictures To run; any will do, as neither engine's time depends on what is in them.
 * @param parts What a chain is made of besides its engine: `letterbox` and `nms`, as an engine may
 * have been opened for nothing else.
 * @returns Pictures a second of each.
 */
export async function raceOf(
  native: NativeRuntime,
  engines: readonly [NativeEngine, NativeEngine],
  parts: Readonly<Record<string, unknown>>,
  pictures: readonly DecodedImage[],
): Promise<[number, number]> {
  const chains = engines.map(({ handle }) => native.createChain({ ...parts, engine: handle }, []));
  const frames: Frame[] = [];
  try {
    for (const [number, picture] of pictures.entries()) {
      const { format, width, height, data } = picture;
      frames.push(native.createFrame(format, width, height, data, 0, number));
    }
    const lanes = engines.map(({ info: { requests = 1, streams = 1, batch = 1 } }, index) => ({
      chain: chains[index]!,
      batch,
      // All its requests full, and one batch waiting.
      most: (requests + 1) * batch,
      count: streams * batch,
      rates: [] as number[],
    }));
    for (const lane of lanes) {
      await round(lane, frames); // the first run of all makes memory ready
    }
    const began = performance.now();
    for (let i = 0; i < mostRounds; i++) {
      if (i > 0 && performance.now() - began > wholeTime) break;
      for (const lane of lanes) {
        const rate = await round(lane, frames);
        lane.rates.push(rate);
        // The first tells how many are worth a round.
        const worth = Math.round(rate * roundTime / 1000 / lane.batch) * lane.batch;
        if (i === 0) lane.count = Math.max(lane.count, worth);
      }
    }
    const [a, b] = lanes.map(({ rates }) => middle(rates.length > 1 ? rates.slice(1) : rates));
    return [a!, b!];
  } finally {
    for (const frame of frames) frame.release();
    await Promise.all(chains.map((chain) => chain.close()));
  }
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[sorted.length >> 1]!;
}

/** Pictures a second over `count` of them. */
async function round(
  { chain, most, count }: { chain: NativeChain; most: number; count: number },
  frames: readonly Frame[],
): Promise<number> {
  let next = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: Math.min(most, count) }, async () => {
    while (next < count) {
      const frame = frames[next++ % frames.length]!;
      (await through(chain, frame.retain())).frame.release();
    }
  }));
  return count / (performance.now() - began) * 1000;
}
