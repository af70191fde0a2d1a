import { absoluteMax, binWidth, type TensorHistogram } from "./histogram.ts";
import { type Range, rangeWithin, type Scheme } from "./range.ts";

/** Levels of 8 bits over both signs, as ONNX Runtime counts them. */
const levels = 128;
/** Share that an empty bin is given of one that is not. */
const share = 0.0001;

/**
 * The range by the Kullback-Leibler divergence as ONNX Runtime (1.32, `get_entropy_threshold` of its
 * calibrate.py) reads TensorRT's slides: signed bins around zero, 128 levels over both signs, the
 * bins left over in the last level, what lies beyond at either end in the bin there, empty bins
 * smoothed; the first of the best wins.
 */
export function onnxruntimeEntropyRange(histogram: TensorHistogram, scheme: Scheme): Range {
  const kept = onnxruntimeEntropyBins(histogram.bins);
  const end = kept === undefined ? absoluteMax(histogram) : kept * binWidth(histogram);
  const above = kept === undefined ? end : Math.min(kept + 1, histogram.bins.length / 2) *
    binWidth(histogram);
  return rangeWithin(histogram, scheme, -end, above);
}

/**
 * How many bins on the negative side of zero are best kept (there is one more on the other);
 * undefined where there are too few to choose from.
 */
export function onnxruntimeEntropyBins(bins: Float64Array): number | undefined {
  const zero = bins.length / 2;
  if (zero < levels / 2) return undefined;
  const below = new Float64Array(bins.length + 1);
  bins.forEach((count, i) => below[i + 1] = below[i]! + count);
  const total = below[bins.length]!;

  let best: number | undefined;
  let least = Infinity;
  for (let kept = levels / 2; kept <= zero; kept++) {
    const start = zero - kept;
    const end = Math.min(zero + kept + 1, bins.length);
    const reference = bins.slice(start, end);
    const size = end - start;
    reference[0]! += below[start]!;
    reference[size - 1]! += total - below[end]!;
    const merged = Math.floor(size / levels);
    const candidate = new Float64Array(size);
    for (let level = 0; level < levels; level++) {
      const from = level * merged;
      const to = from + merged;
      const last = level === levels - 1 ? size : to;
      let filled = 0;
      for (let i = from; i < to; i++) if (reference[i]! > 0) filled++;
      if (filled === 0) continue;
      const spread = Math.trunc((below[start + last]! - below[start + from]!) / filled);
      candidate.fill(spread, from, to);
    }
    const divergence = divergenceOf(smoothed(reference), smoothed(candidate));
    if (divergence < least) {
      least = divergence;
      best = kept;
    }
  }
  return best;
}

/** Takes from the bins that are not empty what the empty ones are given; undefined if all are. */
function smoothed(counts: Float64Array): Float64Array | undefined {
  const filled = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  if (filled === 0) return undefined;
  const taken = share * (counts.length - filled) / filled;
  return counts.map((count) => Math.fround(count > 0 ? count - taken : share));
}

function divergenceOf(p: Float64Array | undefined, q: Float64Array | undefined): number {
  if (!p || !q) return Infinity;
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const ratio = sum(q) / sum(p);
  let divergence = 0;
  for (let i = 0; i < p.length; i++) divergence += p[i]! * Math.log(p[i]! / q[i]! * ratio);
  return divergence / sum(p);
}
