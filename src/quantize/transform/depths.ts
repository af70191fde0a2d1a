import type { GraphMessage } from "../../onnx/messages.ts";
import type { QuantizationPlan } from "../graph/mod.ts";

/** By group, how many groups there are on the longest way from the model's input to it, itself included. */
export function depths(graph: GraphMessage, { groups }: QuantizationPlan): Map<string, number> {
  const ids = new Map(groups.map(({ node, id }) => [node, id]));
  const reached = new Map<string, number>();
  const depth = new Map<string, number>();
  for (const node of graph.node) {
    const id = ids.get(node.output[0] ?? "");
    const before = Math.max(0, ...node.input.map((name) => reached.get(name) ?? 0));
    const own = id === undefined ? before : before + 1;
    for (const name of node.output) reached.set(name, own);
    if (id !== undefined) depth.set(id, own);
  }
  return depth;
}
