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
const smallest = 2 ** -100;

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
  if (scale < smallest) return { scale: 1, zeroPoint: 0 };
  return { scale, zeroPoint: Math.min(255, Math.round(Math.abs(low) / scale)) };
}

/** 8 bits with sign, zero in the middle: -127 to 127. */
export function symmetric({ min, max }: Range): Quantization {
  const scale = Math.fround(Math.max(Math.abs(min), Math.abs(max)) / 127);
  return { scale: scale < smallest ? 1 : scale, zeroPoint: 0 };
}

/** Weights as 8-bit integers with sign, one scale an output channel. */
export interface QuantizedWeights {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Quantises weights symmetrically, channel by channel, to -127 … 127.
 *
 * @param values In their tensor's order.
 * @param shape Of the tensor.
 * @param axis The one that counts channels.
 * @param name For the message.
 * @throws {RangeError} A weight that is no finite number.
 */
export function quantizeWeights(
  values: Float32Array,
  shape: readonly number[],
  axis: number,
  name = "weights",
): QuantizedWeights {
  const channels = shape[axis]!;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const greatest = new Float32Array(channels);
  for (let i = 0; i < values.length; i++) {
    const channel = Math.floor(i / inner) % channels;
    const size = Math.abs(values[i]!);
    if (!(size < Infinity)) throw new RangeError(`number ${i} of \`${name}\` is ${values[i]}`);
    if (size > greatest[channel]!) greatest[channel] = size;
  }
  const scales = greatest.map((size) => size / 127 < smallest ? 1 : size / 127);
  const integers = new Int8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const scaled = values[i]! / scales[Math.floor(i / inner) % channels]!;
    integers[i] = Math.max(-127, Math.min(127, roundEven(scaled)));
  }
  return { values: integers, scales };
}

/** Rounds as QuantizeLinear does: halves go to the even number. */
export function roundEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
