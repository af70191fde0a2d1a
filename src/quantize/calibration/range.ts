import { absoluteMax, type TensorHistogram } from "./histogram.ts";

/** What of a tensor's values INT8 is to tell apart; zero lies within, what lies outside is cut. */
export interface Range {
  /** Not above 0. */
  readonly min: number;
  /** Not below 0. */
  readonly max: number;
}

/**
 * How a range becomes 8 bits. `asymmetric`: u8 with a zero point, OpenVINO's activations.
 * `symmetric`: s8 from -127 to 127, TensorRT's; its range has min = -max.
 */
export type Scheme = "asymmetric" | "symmetric";

/** Nothing smaller is told apart: the least range of a histogram. */
const least = 2 ** -100;

/** The range that cuts nothing. */
export function wholeRange(histogram: TensorHistogram, scheme: Scheme): Range {
  return rangeWithin(histogram, scheme, -Infinity, Infinity);
}

/**
 * From `low` to `high`, but no wider than what was seen, and with zero in it: padding and empty
 * places are zero, and must be so in 8 bits. Where there is nothing but zero the range is that of
 * one: any will do, but a scale can't be 0.
 */
export function rangeWithin(
  histogram: TensorHistogram,
  scheme: Scheme,
  low: number,
  high: number,
): Range {
  if (!(absoluteMax(histogram) >= least)) {
    return { min: scheme === "symmetric" ? -1 : 0, max: 1 };
  }
  const min = Math.min(0, Math.max(low, histogram.min));
  const max = Math.max(0, Math.min(high, histogram.max));
  if (scheme === "asymmetric") return { min, max };
  const end = Math.max(-min, max);
  return { min: -end, max: end };
}
