import { float } from "../../onnx/attributes.ts";
import { GraphIndex, type OnnxModel } from "../../onnx/mod.ts";
import { dimensions, floats, floatTensor } from "../../onnx/tensor.ts";
import type { QuantGroup, QuantizationPlan } from "../graph/mod.ts";

/** What is added to each output channel's bias, by group. */
export type BiasCorrections = Readonly<Record<string, readonly number[]>>;

/**
 * How many output channels a group has whose bias can be corrected: those of a convolution or a Gemm
 * with a bias for each channel, or none. Undefined for all others.
 */
export function biasChannels(index: GraphIndex, group: QuantGroup): number | undefined {
  const node = index.producer(group.node);
  if (!node || group.weights === undefined || group.channelAxis === undefined) return undefined;
  if (!["Conv", "ConvTranspose", "Gemm"].includes(node.opType)) return undefined;
  if (node.opType === "ConvTranspose" && node.attribute.some(isGrouped)) return undefined;
  if (node.opType === "Gemm" && float(node, "beta", 1) !== 1) return undefined;
  const channels = dimensions(index.constant(group.weights)!)[group.channelAxis]!;
  if (!node.input[2]) return channels;
  const bias = index.constant(node.input[2]);
  const fits = bias && dimensions(bias).length === 1 && dimensions(bias)[0] === channels;
  return fits ? channels : undefined;
}

const isGrouped = ({ name, i }: { name?: string; i?: unknown }) =>
  name === "group" && Number(i) > 1;

/**
 * Adds corrections to biases, in place; a group without a bias gets one. Biases stay float in all
 * INT8 models, so that this costs nothing.
 *
 * @throws {RangeError} Of a group that the model lacks or whose bias can't be corrected, or not one
 * number for each channel.
 */
export function addToBiases(
  model: OnnxModel,
  plan: QuantizationPlan,
  corrections: BiasCorrections,
): OnnxModel {
  const index = new GraphIndex(model.graph);
  for (const [id, added] of Object.entries(corrections)) {
    const group = plan.groups.find((one) => one.id === id);
    const channels = group && biasChannels(index, group);
    if (channels !== added.length) {
      throw new RangeError(
        `the group ${id} has ${channels ?? "no"} biases that could be corrected, ` +
          `and there are ${added.length} corrections`,
      );
    }
    const node = index.producer(group!.node)!;
    const old = node.input[2] ? floats(index.constant(node.input[2])!) : new Float32Array(channels);
    const name = index.freshName(node.input[2] || `${group!.node}_bias`);
    model.graph.initializer.push(
      floatTensor(name, [channels], old.map((value, i) => value + added[i]!)),
    );
    node.input[2] = name;
  }
  return model;
}
