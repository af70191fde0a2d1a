import { float, integer } from "../../onnx/attributes.ts";
import { removeUnused } from "../../onnx/edit.ts";
import { GraphIndex } from "../../onnx/graph_index.ts";
import type { GraphMessage, NodeMessage, TensorMessage } from "../../onnx/messages.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import { upgradeOpset } from "../../onnx/opset.ts";
import { dimensions, floats, floatTensor } from "../../onnx/tensor.ts";
import { foldCasts } from "./fold_casts.ts";
import { foldShapes } from "./fold_shapes.ts";

/** The first opset with one scale a channel. */
export const qdqOpset = 13;

/**
 * A model that computes the same, ready to take Q/DQ: of opset 13 or newer, with each batch
 * normalisation inside the convolution or product before it, weights that are stored in 16 bits and
 * widened by a Cast in 32, and constants for what follows from declared shapes. Tensors that are left
 * keep their names.
 *
 * @throws {ModelError} Operators that can't be brought to opset 13.
 */
export function prepare(model: OnnxModel): OnnxModel {
  const prepared = upgradeOpset(model, qdqOpset);
  const copy = prepared === model ? model.clone() : prepared;
  foldCasts(copy);
  foldShapes(copy);
  const index = new GraphIndex(copy.graph);
  const gone = new Set<NodeMessage>();
  for (const node of copy.graph.node) {
    if (node.opType !== "BatchNormalization" || node.output.slice(1).some((name) => name)) continue;
    if (foldInto(copy, index, index.producer(node.input[0]!), node)) gone.add(node);
  }
  copy.graph.node = copy.graph.node.filter((node) => !gone.has(node));
  removeUnused(copy);
  return copy;
}

/** Puts a normalisation into the weights and bias before it, where nobody else reads these. */
function foldInto(
  { graph }: OnnxModel,
  index: GraphIndex,
  before: NodeMessage | undefined,
  norm: NodeMessage,
): boolean {
  const between = norm.input[0]!;
  if (!before || !["Conv", "Gemm"].includes(before.opType)) return false;
  if (index.uses(between).length !== 1 || index.isOutput(between)) return false;
  const [weights, bias] = [before.input[1]!, before.input[2]].map((name) =>
    name ? index.constant(name) : undefined
  );
  const [gamma, beta, mean, variance] = norm.input.slice(1, 5).map((name) => index.constant(name));
  if (!weights || (before.input[2] && !bias) || !gamma || !beta || !mean || !variance) return false;
  // A product's bias may be of any shape that broadcasts; one for each output is what can be folded.
  const channels = dimensions(gamma)[0]!;
  if (bias && (dimensions(bias).length !== 1 || dimensions(bias)[0] !== channels)) return false;
  if (
    before.opType === "Gemm" && (float(before, "alpha", 1) !== 1 || float(before, "beta", 1) !== 1)
  ) {
    return false;
  }

  const [g, b, m, v] = [gamma, beta, mean, variance].map(floats);
  const epsilon = float(norm, "epsilon", 1e-5);
  const factor = g!.map((value, i) => value / Math.sqrt(v![i]! + epsilon));
  const shape = dimensions(weights);
  const transposed = before.opType === "Gemm" && !integer(before, "transB", 0);
  const inner = transposed ? 1 : shape.slice(1).reduce((a, size) => a * size, 1);
  const scaled = floats(weights).map((value, i) =>
    value * factor[Math.floor(i / inner) % channels]!
  );
  const old = bias ? floats(bias) : new Float32Array(channels);
  const shifted = old.map((value, i) => (value - m![i]!) * factor[i]! + b![i]!);

  before.input = [
    before.input[0]!,
    put(graph, index, before.input[1]!, floatTensor("", shape, scaled)),
    put(
      graph,
      index,
      before.input[2] || `${before.output[0]}_bias`,
      floatTensor("", [channels], shifted),
    ),
  ];
  before.output = [norm.output[0]!];
  return true;
}

/** Puts a tensor in an initializer's place, or beside it where others read that; returns its name. */
function put(graph: GraphMessage, index: GraphIndex, old: string, tensor: TensorMessage): string {
  const at = graph.initializer.findIndex((entry) => entry.name === old);
  const name = at >= 0 && index.uses(old).length === 1 ? old : index.freshName(old);
  if (name === old && at >= 0) graph.initializer[at] = { ...tensor, name };
  else graph.initializer.push({ ...tensor, name });
  return name;
}
