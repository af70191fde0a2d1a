import type { Range, Scheme } from "./range.ts";

/** A grid of 8-bit levels: level k stands for k * scale. */
export interface Grid {
  /** Value of a step; positive. */
  readonly scale: number;
  /** First level; not above zero. */
  readonly low: number;
  /** Last level; not below zero. */
  readonly high: number;
}

/**
 * The levels that a range gives: 255 steps for u8, with zero moved onto the nearest; 127 a side for
 * s8.
 */
export function gridOf({ min, max }: Range, scheme: Scheme): Grid {
  if (scheme === "symmetric") return { scale: max / 127, low: -127, high: 127 };
  const scale = (max - min) / 255;
  // No minus zero, which would be a third way to say none.
  const low = -Math.round(-min / scale) + 0;
  return { scale, low, high: 255 + low };
}

/**
 * Sum of the squared errors of values spread evenly from `from` to `to`, divided by how many there
 * are: exact, also where a step is narrower than that.
 */
export function meanSquaredError(from: number, to: number, grid: Grid): number {
  const { scale, low, high } = grid;
  const first = low * scale;
  const last = high * scale;
  if (to <= from) {
    const level = Math.min(high, Math.max(low, Math.round(from / scale)));
    return (from - level * scale) ** 2;
  }
  let sum = 0;
  if (from < first) sum += cubes(from - first, Math.min(to, first) - first);
  if (to > last) sum += cubes(Math.max(from, last) - last, to - last);
  const a = Math.max(from, first);
  const b = Math.min(to, last);
  if (b > a) sum += primitive(b / scale, scale) - primitive(a / scale, scale);
  return sum / (to - from);
}

/** Integral of x² from a to b. */
const cubes = (a: number, b: number) => (b * b * b - a * a * a) / 3;

/** Of the squared distance to the nearest level: each step adds a twelfth of its cube. */
function primitive(steps: number, scale: number): number {
  const whole = Math.floor(steps + 0.5);
  const rest = steps - whole;
  return scale * scale * scale * (whole / 12 + rest * rest * rest / 3);
}
