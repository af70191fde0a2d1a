import { smallestScale } from "./ranges.ts";
import { type Channel, cutPairs, greatestActivation, mixes, overflows, tooLarge } from "./pairs.ts";
import { balance, nearest } from "./rounding.ts";

/**
 * What integers weights may become. Processors without VNNI multiply bytes without sign by bytes with
 * sign two at a time and add the two products in 16 bits, where they saturate: see oneDNN, "Nuances
 * of int8 computations", https://uxlfoundation.github.io/oneDNN/dev_guide_int8_computations.html.
 *
 * - `free`: each from -127 to 127, for hardware that adds up in 32 bits.
 * - `paired`: so that no two products that are added in 16 bits come to more than these hold. Such a
 *   model computes the same on every processor, as long as no input is greater than was said.
 */
export type WeightForm = "free" | "paired";

/** Where weights are in their tensor. */
export interface WeightLayout {
  readonly shape: readonly number[];
  /** The axis that counts output channels. */
  readonly channels: number;
  /** The axis that counts what is multiplied and added up. */
  readonly inputs: number;
  /** Of a convolution. */
  readonly groups?: number;
}

/** Weights as 8-bit integers with sign, one scale an output channel. */
export interface QuantizedWeights {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** What is known besides. */
export interface WeightKnowledge {
  /** Of the weights, for messages. */
  readonly name?: string;
  /**
   * The greatest integer that each input takes, all groups' inputs after another; 255 each if not
   * given. Where inputs stay small, larger weights fit.
   */
  readonly maxima?: ArrayLike<number>;
}

/**
 * Quantises weights symmetrically, channel by channel, rounded so that errors cancel (see `balance`).
 *
 * Paired, those that are added in 16 bits are inputs 0 and 1, 2 and 3 … of each place of the kernel. A
 * channel's scale is the one of 1, 17/16, 18/16 … 2 times the least at which its squared error is
 * smallest with each weight rounded to the nearest: where two come to too much, that is taken from both.
 * At twice the least none do. That is the scale too of a convolution in groups of 3, 5, 7 … inputs,
 * for which oneDNN multiplies matrices in which others come to stand side by side.
 *
 * @param values In their tensor's order.
 * @throws {RangeError} A weight that is no finite number, or `maxima` of another number of inputs.
 */
export function quantizeWeights(
  values: Float32Array,
  layout: WeightLayout,
  form: WeightForm,
  { name = "weights", maxima }: WeightKnowledge = {},
): QuantizedWeights {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`number ${bad} of \`${name}\` is ${values[bad]}`);
  const { channels, stride, places } = placesOf(layout);
  const inputs = layout.shape[layout.inputs] ?? 1;
  const { groups = 1 } = layout;
  if (maxima && maxima.length !== inputs * groups) {
    throw new RangeError(
      `\`${name}\` have ${inputs * groups} inputs, and the greatest of ${maxima.length} are given`,
    );
  }
  const mixed = mixes(layout);
  const scales = new Float32Array(channels);
  const integers = new Int8Array(values.length);
  const own = new Float64Array(places.length);
  const maximaOf = (channel: number) => {
    const first = Math.floor(channel * groups / channels) * inputs;
    return Uint8Array.from({ length: inputs }, (_, i) => maxima?.[first + i] ?? greatestActivation);
  };
  for (let channel = 0; channel < channels; channel++) {
    const first = channel * stride;
    for (let i = 0; i < own.length; i++) own[i] = values[first + places[i]!]!;
    const greatest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    const least = Math.fround(greatest < smallestScale ? 1 : greatest);
    const made = form === "free"
      ? rounded(own, least, inputs)
      : mixed
      ? rounded(own, 2 * least, inputs, isHalf)
      : paired(own, least, maximaOf(channel));
    scales[channel] = made.scale;
    for (let i = 0; i < own.length; i++) integers[first + places[i]!] = made.integers[i]!;
  }
  return { values: integers, scales };
}

/**
 * The scale of each weight.
 *
 * @param scales One for all, or one for each place along the axis.
 * @param shape Of the weights.
 */
export function scaleOfEach(
  scales: ArrayLike<number>,
  shape: readonly number[],
  axis: number,
): Float32Array {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const count = shape.reduce((a, b) => a * b, 1);
  const each = new Float32Array(count);
  for (let i = 0, at = 0; at < count; i++, at += inner) {
    each.fill(scales[i % scales.length]!, at, at + inner);
  }
  return each;
}

/** Whether integers saturate on a processor without VNNI, with the greatest activations there are. */
export function saturate(integers: Int8Array, layout: WeightLayout): boolean {
  const { channels, stride, places } = placesOf(layout);
  const maxima = new Uint8Array(layout.shape[layout.inputs] ?? 1).fill(greatestActivation);
  const own = new Int8Array(places.length);
  for (let first = 0; first < channels * stride; first += stride) {
    for (let i = 0; i < own.length; i++) own[i] = integers[first + places[i]!]!;
    if (mixes(layout) ? !own.every((integer) => isHalf(0, integer)) : tooLarge(own, maxima)) {
      return true;
    }
  }
  return false;
}

/** Offsets of a channel's weights: all inputs of one place of the kernel, then those of the next. */
function placesOf({ shape, channels, inputs }: WeightLayout) {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const others = [...shape.keys()].filter((axis) => axis !== channels && axis !== inputs);
  let places = [0];
  for (const axis of [...others, ...(inputs < shape.length ? [inputs] : [])]) {
    places = places.flatMap((at) =>
      Array.from({ length: shape[axis]! }, (_, i) => at + i * strides[axis]!)
    );
  }
  return { channels: shape[channels]!, stride: strides[channels]!, places };
}

function rounded(
  own: Float64Array,
  scale: number,
  inputs: number,
  allowed?: Parameters<typeof balance>[4],
): Channel {
  const integers = nearest(own, scale);
  balance(own, scale, integers, inputs, allowed);
  return { integers, scale };
}

/** Any two of them may be added in 16 bits. */
const isHalf = (_: number, integer: number) =>
  !overflows(integer, integer, greatestActivation, greatestActivation);

function paired(own: Float64Array, least: number, maxima: Uint8Array): Channel {
  const inputs = maxima.length;
  const { integers, scale } = cutPairs(own, least, maxima);
  balance(own, scale, integers, inputs, (at, integer) => {
    const input = at % inputs;
    const beside = input % 2 === 1 ? -1 : 1;
    if (input + beside >= inputs) return true;
    return !overflows(integer, integers[at + beside]!, maxima[input]!, maxima[input + beside]!);
  });
  return { integers, scale };
}
