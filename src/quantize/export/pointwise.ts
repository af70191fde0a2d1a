import { integers, string } from "../../onnx/attributes.ts";
import type { GraphIndex } from "../../onnx/graph_index.ts";
import type { TensorMessage } from "../../onnx/messages.ts";
import { dimensions, floats, floatTensor } from "../../onnx/tensor.ts";
import { isCarrier } from "../graph/carriers.ts";
import type { QuantGroup } from "../graph/plan.ts";
import { type Layer, layerOf } from "../graph/layer.ts";
import type { QdqEditor } from "./editor.ts";
import { asymmetric, type Quantization, type Range } from "./ranges.ts";
import { sharesOf, smooth } from "./smooth.ts";

/** A tensor that has been quantised with a scale and a zero point for each channel. */
export interface QuantizedByChannel {
  /** What is read in its place. */
  readonly made: string;
  /** By channel. */
  readonly how: readonly Quantization[];
  /** The weights of what reads it, to be quantised in place of those that they have. */
  readonly folded: ReadonlyMap<QuantGroup, TensorMessage>;
}

/**
 * Pointwise convolutions (1x1, no padding) by the tensor that they read, where that has ranges by
 * channel and nobody else reads it. Each of its channels can have a scale and a zero point of its
 * own, which the weights and biases make up for.
 */
export function readByPointwise(
  index: GraphIndex,
  active: readonly QuantGroup[],
  channels: ReadonlyMap<string, readonly Range[]>,
): Map<string, QuantGroup[]> {
  const found = new Map<string, QuantGroup[]>();
  for (const group of active) {
    const [tensor = ""] = group.reads;
    if (!channels.has(tensor) || !pointwise(index, group)) continue;
    found.set(tensor, [...found.get(tensor) ?? [], group]);
  }
  for (const [tensor, groups] of found) {
    const producer = index.producer(tensor);
    // What comes through a carrier is quantised before it.
    const alone = producer && !isCarrier(index, producer) && !index.isOutput(tensor) &&
      index.uses(tensor).length === groups.length;
    if (!alone) found.delete(tensor);
  }
  return found;
}

/**
 * Quantises a tensor with a scale and a zero point for each channel, read as if it had one scale and
 * none: convolutions add channels up, so these must have one unit. The weights of what reads it are
 * multiplied by what a channel's scale is of the largest, and zero points are taken off biases. Exact
 * but for rounding: without padding all of a kernel lies on the picture.
 *
 * @param ranges By channel.
 * @param groups As `readByPointwise` found them. Their biases are changed in the model.
 */
export function quantizeByChannel(
  editor: QdqEditor,
  tensor: string,
  ranges: readonly Range[],
  groups: readonly QuantGroup[],
): QuantizedByChannel {
  const { index } = editor;
  const layers = groups.map((group) => [group, pointwise(index, group)!] as const);
  const shares = layers.map(([, layer]) => sharesOf(floats(index.constant(layer.weights)!), layer));
  const greatest = ranges.map((_, i) => Math.max(...shares.map((share) => share[i]!)));
  const how = smooth(ranges, greatest).map(asymmetric);
  const scale = how.reduce((most, one) => Math.max(most, one.scale), 0);
  const folded = new Map(layers.map(([group, layer]) => [group, fold(index, layer, how, scale)]));
  const read = { scale, zeroPoint: 0 };
  const made = editor.quantize(tensor, how, "u8", index.uses(tensor), tensor, read);
  return { made, how, folded };
}

function pointwise(index: GraphIndex, group: QuantGroup): Layer | undefined {
  if (group.kind !== "convolution") return undefined;
  const layer = layerOf(index, group);
  if (layer?.node.opType !== "Conv") return undefined;
  const { node, weights } = layer;
  // A bias that is computed, or made by something, can't be shifted.
  if (node.input[2] && !layer.bias) return undefined;
  const kernel = dimensions(index.constant(weights)!).slice(2);
  const padded = (integers(node, "pads") ?? []).some((pad) => pad !== 0) ||
    !["NOTSET", "VALID"].includes(string(node, "auto_pad", "NOTSET"));
  return !padded && kernel.every((size) => size === 1) ? layer : undefined;
}

function fold(
  index: GraphIndex,
  { node, weights, outputs, joins }: Layer,
  channels: readonly Quantization[],
  scale: number,
): TensorMessage {
  const tensor = index.constant(weights)!;
  const bias = node.input[2] ? index.constant(node.input[2])! : undefined;
  const shifted = Float64Array.from(bias ? floats(bias) : new Float32Array(outputs));
  const folded = floats(tensor).map((value, at) => {
    const [from, to] = joins(at);
    const own = channels[from]!;
    shifted[to]! -= value * own.scale * own.zeroPoint;
    return value * own.scale / scale;
  });
  const name = index.freshName(`${weights}_shifted_bias`);
  index.graph.initializer.push(floatTensor(name, [outputs], Float32Array.from(shifted)));
  node.input[2] = name;
  return floatTensor(weights, dimensions(tensor), folded);
}
