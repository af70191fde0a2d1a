import type { ChannelObservation, Observation } from "../../native/mod.ts";

/** How often a tensor took which values on the calibration images. */
export interface TensorHistogram {
  /** As the ONNX model calls the tensor. */
  readonly name: string;
  /** How many values were counted; the sum of the bins. */
  readonly count: number;
  /** Least; 0 where there are none. */
  readonly min: number;
  /** Greatest; 0 where there are none. */
  readonly max: number;
  /**
   * The bins lie over [-2^exponent, 2^exponent), all equally wide, so that ranges that double nest
   * and the histogram does not depend on the images' order.
   */
  readonly exponent: number;
  /** Counts, from -2^exponent up; a power of two of them. Merged sizes give fractions. */
  readonly bins: Float64Array<ArrayBuffer>;
  /** Of the values without their signs. */
  readonly meanAbsolute: number;
  /** How many values were NaN or infinite; they are not counted. */
  readonly notFinite: number;
  /** By channel, where that was asked for. */
  readonly channels?: readonly ChannelSummary[];
}

/** What one channel of a tensor (along axis 1 of the model's) was like. */
export interface ChannelSummary {
  /** Least; 0 where nothing was counted. */
  readonly min: number;
  /** Greatest; 0 where nothing was counted. */
  readonly max: number;
  /** Of its values. */
  readonly mean: number;
}

/** A tensor's histogram, of what an observer counted. */
export function histogramOf(name: string, seen: Observation): TensorHistogram {
  const { count, min, max, exponent, bins } = seen;
  return {
    name,
    count,
    min,
    max,
    exponent,
    bins,
    meanAbsolute: count > 0 ? seen.sumAbsolute / count : 0,
    notFinite: seen.nans + seen.infinities,
    ...(seen.channels.length > 0 && { channels: seen.channels.map(summary) }),
  };
}

const summary = ({ count, sum, min, max }: ChannelObservation): ChannelSummary => ({
  min: sixDigits(min),
  max: sixDigits(max),
  mean: count > 0 ? sixDigits(sum / count) : 0,
});

/** There are thousands of them in a file, and what they bound is rounded to one part in 255. */
const sixDigits = (value: number) => Number(value.toPrecision(6));

/** Width of one bin. */
export function binWidth(histogram: TensorHistogram): number {
  return 2 ** (histogram.exponent + 1) / histogram.bins.length;
}

/** The greatest of the values without their signs. */
export function absoluteMax(histogram: TensorHistogram): number {
  return Math.max(-histogram.min, histogram.max);
}

/** Counts of the values without their signs: bin i from i to i + 1 widths. */
export function absoluteBins({ bins }: TensorHistogram): Float64Array<ArrayBuffer> {
  const half = bins.length / 2;
  return Float64Array.from({ length: half }, (_, i) => bins[half + i]! + bins[half - 1 - i]!);
}

/** The same counts over [-2^exponent, 2^exponent), which is no narrower: pairs of bins merge. */
export function widened(histogram: TensorHistogram, exponent: number): TensorHistogram {
  let { bins } = histogram;
  const half = bins.length / 2;
  for (let from = histogram.exponent; from < exponent; from++) {
    const wide = new Float64Array(bins.length);
    bins.forEach((count, i) => wide[half + Math.floor((i - half) / 2)]! += count);
    bins = wide;
    // Then all is in the two bins beside zero, where it stays.
    if (exponent - from > 32) from = exponent - 33;
  }
  return { ...histogram, exponent, bins };
}

/**
 * One histogram for several input sizes, in which each size weighs the same whatever it counted:
 * large pictures have more values, and would drown those of small ones. The bins still add up to
 * all that was counted.
 *
 * @throws {RangeError} They are of different tensors, or have different numbers of bins or channels.
 */
export function mergeSizes(sizes: readonly TensorHistogram[]): TensorHistogram {
  const [first, ...more] = sizes;
  if (!first) throw new RangeError("there is no histogram to merge");
  for (const other of more) {
    if (other.name !== first.name) {
      throw new RangeError(`${other.name} can't be merged with ${first.name}`);
    }
    if (other.bins.length !== first.bins.length) {
      throw new RangeError(
        `${first.name} has ${other.bins.length} bins at one size and ${first.bins.length} at another`,
      );
    }
    if (other.channels?.length !== first.channels?.length) {
      throw new RangeError(`${first.name} does not have the same channels at all sizes`);
    }
  }
  const counted = sizes.filter((size) => size.count > 0);
  if (more.length === 0 || counted.length === 0) return first;
  const count = countOf(counted);
  return {
    ...together(first.name, sizes, (size) => count / counted.length / size.count),
    meanAbsolute: mean(counted.map((size) => size.meanAbsolute)),
    ...(first.channels && {
      channels: first.channels.map((_, i) => ({
        min: Math.min(...counted.map((size) => size.channels![i]!.min)),
        max: Math.max(...counted.map((size) => size.channels![i]!.max)),
        mean: mean(counted.map((size) => size.channels![i]!.mean)),
      })),
    }),
  };
}

/**
 * The counts of several histograms in one, but for what tells of means and of channels.
 *
 * @param weight What each count of one of them counts; 1 if not given.
 */
export function together(
  name: string,
  parts: readonly TensorHistogram[],
  weight: (part: TensorHistogram) => number = () => 1,
): Omit<TensorHistogram, "meanAbsolute" | "channels"> {
  const counted = parts.filter(({ count }) => count > 0);
  // Those that counted nothing say nothing of where values are.
  const telling = counted.length > 0 ? counted : parts;
  const exponent = Math.max(...telling.map((part) => part.exponent));
  const bins = new Float64Array(parts[0]!.bins.length);
  for (const part of counted) {
    const each = weight(part);
    widened(part, exponent).bins.forEach((value, i) => bins[i]! += value * each);
  }
  return {
    name,
    count: countOf(counted),
    min: Math.min(...telling.map(({ min }) => min)),
    max: Math.max(...telling.map(({ max }) => max)),
    exponent,
    bins,
    notFinite: parts.reduce((sum, part) => sum + part.notFinite, 0),
  };
}

const countOf = (parts: readonly TensorHistogram[]) =>
  parts.reduce((sum, { count }) => sum + count, 0);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
