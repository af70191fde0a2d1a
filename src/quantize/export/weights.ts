import { smallestScale } from "./ranges.ts";
import { balance, bounded, nearest } from "./rounding.ts";

/**
 * What integers weights may become. Processors without VNNI multiply bytes without sign by bytes with
 * sign two at a time and add the two products in 16 bits, where they saturate: see oneDNN, "Nuances
 * of int8 computations", https://uxlfoundation.github.io/oneDNN/dev_guide_int8_computations.html.
 *
 * - `free`: each from -127 to 127, for hardware that adds up in 32 bits.
 * - `paired`: so that no two that are added in 16 bits come to more than 128 either side of zero,
 *   which 255 times stays within 16 bits. Such a model computes the same on every processor.
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

/** The greatest sum of two that are added in 16 bits: 255 · 128 = 32640 is below 2^15. */
const mostOfTwo = 128;
/** By how much a channel's scale grows at each trial, in parts of the least one. */
const step = 1 / 16;

/**
 * Quantises weights symmetrically, channel by channel, rounded so that errors cancel (see `balance`).
 *
 * Paired, those that are added in 16 bits are inputs 0 and 1, 2 and 3 … of each place of the kernel. A
 * channel's scale is the one of 1, 17/16, 18/16 … 2 times the least at which its squared error is
 * smallest with each weight rounded to the nearest: where two come to more than 128, what is too much is
 * taken from both. At twice the least none do. That is the scale too of a convolution in groups of 3, 5, 7 … inputs, for which oneDNN
 * multiplies matrices in which others come to stand side by side.
 *
 * @param values In their tensor's order.
 * @param name For the message.
 * @throws {RangeError} A weight that is no finite number.
 */
export function quantizeWeights(
  values: Float32Array,
  layout: WeightLayout,
  form: WeightForm,
  name = "weights",
): QuantizedWeights {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`number ${bad} of \`${name}\` is ${values[bad]}`);
  const { channels, stride, places } = placesOf(layout);
  const inputs = layout.shape[layout.inputs] ?? 1;
  const mixed = mixes(layout);
  const scales = new Float32Array(channels);
  const integers = new Int8Array(values.length);
  const own = new Float64Array(places.length);
  for (let channel = 0; channel < channels; channel++) {
    const first = channel * stride;
    for (let i = 0; i < own.length; i++) own[i] = values[first + places[i]!]!;
    const greatest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    const least = Math.fround(greatest < smallestScale ? 1 : greatest);
    const made = form === "free"
      ? rounded(own, least, inputs)
      : mixed
      ? rounded(own, 2 * least, inputs, isHalf)
      : paired(own, least, inputs);
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
  return Float32Array.from(
    { length: count },
    (_, i) => scales[Math.floor(i / inner) % scales.length]!,
  );
}

/** Whether integers saturate on a processor without VNNI, with the greatest activations there are. */
export function saturate(integers: Int8Array, layout: WeightLayout): boolean {
  const { channels, stride, places } = placesOf(layout);
  const inputs = layout.shape[layout.inputs] ?? 1;
  const own = new Int8Array(places.length);
  for (let first = 0; first < channels * stride; first += stride) {
    for (let i = 0; i < own.length; i++) own[i] = integers[first + places[i]!]!;
    if (mixes(layout)) {
      const most = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      if (2 * most > mostOfTwo) return true;
    } else if (tooLarge(own, inputs).next().done === false) return true;
  }
  return false;
}

/** One channel. */
interface Channel {
  readonly integers: Int8Array;
  readonly scale: number;
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

/** Any two of them come to no more than may be added in 16 bits. */
const isHalf = (_: number, integer: number) => 2 * Math.abs(integer) <= mostOfTwo;

function paired(own: Float64Array, least: number, inputs: number): Channel {
  const { integers, scale } = cutPairs(own, least, inputs);
  balance(own, scale, integers, inputs, (at, integer) => {
    const other = beside(at, inputs);
    return other === undefined || Math.abs(integer + integers[other]!) <= mostOfTwo;
  });
  return { integers, scale };
}

function cutPairs(own: Float64Array, least: number, inputs: number): Channel {
  let best: Channel | undefined;
  let smallest = Infinity;
  for (let factor = 1;; factor += step) {
    const scale = Math.fround(least * factor);
    const integers = nearest(own, scale);
    let cut = false;
    for (const i of tooLarge(integers, inputs)) {
      cut = true;
      const [a, b] = [own[i]! / scale, own[i + 1]! / scale];
      const most = mostOfTwo * Math.sign(a + b);
      integers[i] = bounded(Math.round((most + a - b) / 2));
      integers[i + 1] = bounded(most - integers[i]!);
    }
    let error = 0;
    for (let i = 0; i < own.length; i++) error += (integers[i]! * scale - own[i]!) ** 2;
    if (error < smallest) [best, smallest] = [{ integers, scale }, error];
    // A larger scale is coarser, and no neighbours ask for one.
    if (!cut) return best!;
  }
}

/** Which other weight of a channel is added to this one in 16 bits, if any is. */
function beside(at: number, inputs: number): number | undefined {
  const input = at % inputs;
  if (input % 2 === 1) return at - 1;
  return input + 1 < inputs ? at + 1 : undefined;
}

/** The first of each two of a channel that are added in 16 bits and come to too much. */
function* tooLarge(integers: Int8Array, inputs: number): Generator<number> {
  for (let start = 0; start < integers.length; start += inputs) {
    for (let i = start; i + 1 < start + inputs; i += 2) {
      if (Math.abs(integers[i]! + integers[i + 1]!) > mostOfTwo) yield i;
    }
  }
}

/** Whether it is not known which are added in 16 bits. */
function mixes({ shape, inputs, groups = 1 }: WeightLayout): boolean {
  const count = shape[inputs] ?? 1;
  return groups > 1 && count > 1 && count % 2 === 1;
}
