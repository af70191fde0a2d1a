import { absoluteBins, binWidth, type TensorHistogram } from "./histogram.ts";
import { type Range, rangeWithin, type Scheme } from "./range.ts";

/**
 * The range that leaves out at most 100 - `percentile` per cent of the values at either end; of
 * their absolute values, where it is symmetric. Within a bin values are taken to be spread evenly.
 *
 * @param percentile From 50 to 100; 100 leaves out nothing.
 */
export function percentileRange(
  histogram: TensorHistogram,
  scheme: Scheme,
  percentile: number,
): Range {
  const share = percentile / 100;
  const width = binWidth(histogram);
  if (scheme === "symmetric") {
    const end = quantile(absoluteBins(histogram), share) * width;
    return rangeWithin(histogram, scheme, -end, end);
  }
  const { bins } = histogram;
  const low = (bins.length / 2 - quantile(bins.toReversed(), share)) * width;
  const high = (quantile(bins, share) - bins.length / 2) * width;
  return rangeWithin(histogram, scheme, low, high);
}

/** Below which place, in bins from 0, that share of all counts lies. */
function quantile(bins: Float64Array, share: number): number {
  let last = bins.length - 1;
  while (last > 0 && bins[last] === 0) last--;
  const wanted = share * bins.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (let i = 0; i < last; i++) {
    const count = bins[i]!;
    if (count > 0 && below + count >= wanted) return i + (wanted - below) / count;
    below += count;
  }
  // Rounding in the sum must not cut what is to be kept whole.
  return share < 1 ? last + Math.min(1, (wanted - below) / bins[last]!) : last + 1;
}
