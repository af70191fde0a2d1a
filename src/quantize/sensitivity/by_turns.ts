import { type NativeEngine, type NativeRuntime, through } from "../../native/mod.ts";
import type { Frame } from "../../runtime/packet.ts";

/** Rounds that count, after one to warm up. */
const rounds = 10;
/** Pictures of an engine's turn. */
const together = 4;

/**
 * Runs one engine after the other on the same few pictures, by turns, so that what else the machine
 * does slows all of them alike.
 *
 * @param frames They stay.
 * @returns Of each engine, milliseconds a picture: the lower quartile.
 * @throws The signal's reason.
 */
export async function timeByTurns(
  native: NativeRuntime,
  engines: readonly NativeEngine[],
  frames: readonly Frame[],
  signal?: AbortSignal,
): Promise<number[]> {
  const chains = engines.map(({ handle }) => native.createChain({ engine: handle }, []));
  const times: number[][] = engines.map(() => []);
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [at, chain] of chains.entries()) {
        signal?.throwIfAborted();
        for (let i = 0; i < together; i++) {
          const frame = frames[(round * together + i) % frames.length]!;
          const from = performance.now();
          (await through(chain, frame.retain())).frame.release();
          if (round > 0) times[at]!.push(performance.now() - from);
        }
      }
    }
  } finally {
    for (const chain of chains) await chain.close();
  }
  return times.map(lowerQuartile);
}

/** What other programs take is in the upper ones. */
function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)]!;
}
