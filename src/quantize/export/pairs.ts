import { bounded, nearest } from "./rounding.ts";
import type { WeightLayout } from "./weights.ts";

/** The greatest sum of two products in 16 bits. */
const most = 2 ** 15 - 1;
/** The greatest integer that an activation can be. */
export const greatestActivation = 255;
/** By how much a channel's scale grows at each trial, in parts of the least one. */
const step = 1 / 16;

/** The weights of one output channel. */
export interface Channel {
  readonly integers: Int8Array;
  readonly scale: number;
}

/** Whether the products of two weights with the greatest inputs come to more than 16 bits hold. */
export function overflows(a: number, b: number, maxOfA: number, maxOfB: number): boolean {
  return Math.abs(a * maxOfA + b * maxOfB) > most;
}

/** Whether any two of a channel do. */
export function tooLarge(integers: Int8Array, maxima: Uint8Array): boolean {
  return !overflowing(integers, maxima).next().done;
}

/**
 * Rounds a channel's weights to the nearest integers of which no two overflow, in the scale in which
 * that makes the least squared error.
 *
 * @param own All inputs of one place of the kernel, then those of the next.
 * @param least The least scale.
 * @param maxima The greatest integer that each input takes.
 */
export function cutPairs(own: Float64Array, least: number, maxima: Uint8Array): Channel {
  let best: Channel | undefined;
  let smallest = Infinity;
  for (let factor = 1;; factor += step) {
    const scale = Math.fround(least * factor);
    const integers = nearest(own, scale);
    let cut = false;
    for (const i of overflowing(integers, maxima)) {
      cut = true;
      const sign = Math.sign(own[i]!);
      const [a, b] = [Math.abs(own[i]!) / scale, Math.abs(own[i + 1]!) / scale];
      const [maxOfA, maxOfB] = [maxima[i % maxima.length]!, maxima[(i + 1) % maxima.length]!];
      // The nearest point of the line on which they come to the most, then down from there.
      const excess = (a * maxOfA + b * maxOfB - most) / (maxOfA ** 2 + maxOfB ** 2);
      const first = bounded(Math.max(0, Math.round(a - excess * maxOfA)));
      const second = bounded(Math.floor((most - first * maxOfA) / maxOfB));
      integers[i] = sign * first;
      integers[i + 1] = sign * second;
    }
    let error = 0;
    for (let i = 0; i < own.length; i++) error += (integers[i]! * scale - own[i]!) ** 2;
    if (error < smallest) [best, smallest] = [{ integers, scale }, error];
    // A larger scale is coarser, and no neighbours ask for one.
    if (!cut) return best!;
  }
}

/** Whether it is not known which are added in 16 bits. */
export function mixes({ shape, inputs, groups = 1 }: WeightLayout): boolean {
  const count = shape[inputs] ?? 1;
  return groups > 1 && count > 1 && count % 2 === 1;
}

/** The first of each two that do. */
function* overflowing(integers: Int8Array, maxima: Uint8Array): Generator<number> {
  const inputs = maxima.length;
  for (let start = 0; start < integers.length; start += inputs) {
    for (let i = 0; i + 1 < inputs; i += 2) {
      const at = start + i;
      if (overflows(integers[at]!, integers[at + 1]!, maxima[i]!, maxima[i + 1]!)) yield at;
    }
  }
}
