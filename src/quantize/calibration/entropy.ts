import { absoluteBins, absoluteMax, binWidth, type TensorHistogram } from "./histogram.ts";
import { type Range, rangeWithin, type Scheme } from "./range.ts";

/** Levels of 8 bits on one side of zero. */
const levels = 128;

/**
 * The range whose 8-bit distribution is nearest to the tensor's own, by the Kullback-Leibler
 * divergence, as TensorRT's published algorithm finds it: S. Migacz, "8-bit Inference with
 * TensorRT", GTC 2017; and NVIDIA's pytorch-quantization, where the slides leave something open.
 *
 * Absolute values are looked at. For each number of bins from 128 up, the reference is these bins
 * with all that lies beyond in the last, the candidate is what 128 levels make of these bins, each
 * level spread evenly over its bins that are not empty. The latest of the best wins.
 */
export function entropyRange(histogram: TensorHistogram, scheme: Scheme): Range {
  const kept = entropyBins(absoluteBins(histogram));
  const end = kept === undefined ? absoluteMax(histogram) : (kept + 0.5) * binWidth(histogram);
  return rangeWithin(histogram, scheme, -end, end);
}

/** How many of these bins are best kept; undefined where there are too few to choose from. */
export function entropyBins(counts: Float64Array): number | undefined {
  // TensorRT leaves the exact zeros that ReLU makes out of account: the first bin is as the second.
  const bins = counts.slice();
  if (bins.length > 1) bins[0] = bins[1]!;
  let used = bins.length;
  while (used > 0 && bins[used - 1] === 0) used--;
  if (used <= levels) return undefined;

  // Sums up to each bin: of counts, of bins that are not empty, of count * log(count).
  const sums = new Float64Array(used + 1);
  const filled = new Float64Array(used + 1);
  const logs = new Float64Array(used + 1);
  for (let i = 0; i < used; i++) {
    const count = bins[i]!;
    sums[i + 1] = sums[i]! + count;
    filled[i + 1] = filled[i]! + (count > 0 ? 1 : 0);
    logs[i + 1] = logs[i]! + xlogx(count);
  }
  const total = sums[used]!;

  let best: number | undefined;
  let least = Infinity;
  for (let kept = levels; kept <= used; kept++) {
    const last = bins[kept - 1]!;
    const beyond = total - sums[kept]!;
    // Something where the candidate has nothing: infinitely far.
    if (last === 0 && beyond > 0) continue;
    // Sum of P log Q over the levels, both not yet divided by their sums.
    let across = 0;
    let level = 0;
    let from = 0;
    while (level < levels) {
      level++;
      const to = Math.ceil(level * kept / levels);
      const inside = sums[to]! - sums[from]!;
      if (inside > 0) {
        const spread = Math.log(inside / (filled[to]! - filled[from]!));
        across += (to === kept ? inside + beyond : inside) * spread;
      }
      from = to;
    }
    const own = logs[kept]! - xlogx(last) + xlogx(last + beyond);
    const divergence = (own - across) / total - Math.log(total / sums[kept]!);
    if (divergence <= least) {
      least = divergence;
      best = kept;
    }
  }
  return best;
}

const xlogx = (value: number) => value > 0 ? value * Math.log(value) : 0;
