import { closest } from "fastest-levenshtein";

/** The numbers that a tensor is expected to hold; beyond them it is cut off. */
export interface Range {
  /** The least. */
  readonly min: number;
  /** The greatest. */
  readonly max: number;
}

/** Ranges by tensor name. */
export type Ranges = ReadonlyMap<string, Range>;

/** How real numbers r become integers q: r = scale · (q - zeroPoint). */
export interface Quantization {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** A scale smaller than this is lost among the zeros of float32's reciprocals. */
export const smallestScale = 2 ** -100;

/**
 * A tensor's range.
 * @throws {RangeError} There is none, or it is no range: the tensor is named.
 */
export function rangeOf(ranges: Ranges, tensor: string): Range {
  const range = ranges.get(tensor);
  if (!range) {
    const names = [...ranges.keys()];
    const near = names.length > 0
      ? `; the nearest name there is \`${closest(tensor, names)}\``
      : "";
    throw new RangeError(`no range is given for the tensor \`${tensor}\`${near}`);
  }
  const { min, max } = range;
  if (!(Number.isFinite(min) && Number.isFinite(max) && min <= max)) {
    throw new RangeError(
      `the range of the tensor \`${tensor}\` is ${min} to ${max}, which is none`,
    );
  }
  return range;
}

/** The least range that holds all of them. */
export function union(ranges: readonly Range[]): Range {
  return {
    min: Math.min(...ranges.map(({ min }) => min)),
    max: Math.max(...ranges.map(({ max }) => max)),
  };
}

/** 8 bits without sign. Zero is one of the 256 numbers exactly, so that padding stays zero. */
export function asymmetric({ min, max }: Range): Quantization {
  const [low, high] = [Math.min(0, min), Math.max(0, max)];
  const scale = Math.fround((high - low) / 255);
  if (scale < smallestScale) return { scale: 1, zeroPoint: 0 };
  return { scale, zeroPoint: Math.min(255, Math.round(Math.abs(low) / scale)) };
}

/** 8 bits with sign, zero in the middle: -127 to 127. */
export function symmetric({ min, max }: Range): Quantization {
  const scale = Math.fround(Math.max(Math.abs(min), Math.abs(max)) / 127);
  return { scale: scale < smallestScale ? 1 : scale, zeroPoint: 0 };
}
