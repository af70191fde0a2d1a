import { GraphIndex, type OnnxModel, removeUnused } from "../../onnx/mod.ts";
import { constantBehind } from "../graph/groups.ts";

/** A copy of a model with Q/DQ whose activations are float; weights stay as they are. */
export function floatActivations(model: OnnxModel): OnnxModel {
  const copy = model.clone();
  const { graph } = copy;
  const index = new GraphIndex(graph);
  const outputs = new Map<string, string>();
  for (const node of graph.node) {
    if (node.opType !== "DequantizeLinear") continue;
    const before = index.producer(node.input[0]!);
    if (before?.opType !== "QuantizeLinear" || constantBehind(index, before.input[0]!)) continue;
    const made = node.output[0]!;
    // What the model gives keeps its name: it comes of an operator that changes nothing.
    if (index.isOutput(made)) {
      node.opType = "Identity";
      node.input = [before.input[0]!];
      node.attribute = [];
    } else outputs.set(made, before.input[0]!);
  }
  const origin = (name: string): string => {
    const from = outputs.get(name);
    return from === undefined ? name : origin(from);
  };
  for (const node of graph.node) node.input = node.input.map(origin);
  removeUnused(copy);
  return copy;
}
