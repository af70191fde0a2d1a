import { binWidth, type TensorHistogram, together } from "./histogram.ts";

/**
 * The histogram of a tensor that is made of others side by side along its channels, as if it had been
 * counted itself.
 *
 * @param parts In the order of its channels.
 */
export function joined(name: string, parts: readonly TensorHistogram[]): TensorHistogram {
  const whole = together(name, parts);
  const sum = parts.reduce((sum, part) => sum + part.meanAbsolute * part.count, 0);
  return {
    ...whole,
    meanAbsolute: whole.count > 0 ? sum / whole.count : 0,
    ...(parts[0]!.channels && { channels: parts.flatMap(({ channels }) => channels ?? []) }),
  };
}

/**
 * The histogram of the sigmoid of a tensor. It rises with what it is of, so that its ends are exact; as
 * values are taken to lie evenly in a bin, its other values are within a bin of what they are of, which
 * is a quarter as much of its own at most. Channels are not told.
 */
export function sigmoidOf(name: string, of: TensorHistogram): TensorHistogram {
  const { count, min, max, notFinite } = of;
  const ends = count > 0 ? { min: sigmoid(min), max: sigmoid(max) } : { min: 0, max: 0 };
  // As observers choose it: 1 lies in [-2, 2).
  const exponent = Math.max(least, Math.floor(Math.log2(ends.max)) + 1);
  const half = of.bins.length / 2;
  const bins = new Float64Array(of.bins.length);
  const below = cumulative(of);
  let [known, sum] = [0, 0];
  for (let i = 0; i < half && count > 0; i++) {
    const end = (i + 1) / half * 2 ** exponent;
    const now = end > ends.max ? count : Math.round(below(logit(end)));
    bins[half + i] = now - known;
    sum += (now - known) * (i + 0.5) / half * 2 ** exponent;
    known = now;
  }
  return {
    ...{ name, count, ...ends, exponent, bins, notFinite },
    meanAbsolute: count > 0 ? sum / count : 0,
  };
}

/** The least exponent that an observer has. */
const least = -100;

/** How many values lie below one. */
function cumulative(histogram: TensorHistogram): (x: number) => number {
  const { bins, min, max, count } = histogram;
  const half = bins.length / 2;
  const width = binWidth(histogram);
  const sums = new Float64Array(bins.length + 1);
  bins.forEach((value, i) => sums[i + 1] = sums[i]! + value);
  return (x) => {
    if (x <= min) return 0;
    if (x > max) return count;
    const bin = Math.min(bins.length - 1, Math.max(0, Math.floor(x / width) + half));
    // Values reach no farther than to the least and the greatest.
    const [from, to] = [
      Math.max((bin - half) * width, min),
      Math.min((bin - half + 1) * width, max),
    ];
    const share = to > from ? Math.min(1, Math.max(0, (x - from) / (to - from))) : 1;
    return sums[bin]! + bins[bin]! * share;
  };
}

const sigmoid = (x: number) => Math.fround(1 / (1 + Math.exp(-x)));
const logit = (y: number) => y <= 0 ? -Infinity : y >= 1 ? Infinity : Math.log(y / (1 - y));
