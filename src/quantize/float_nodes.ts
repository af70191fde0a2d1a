import { GraphIndex } from "../onnx/mod.ts";
import type { NodeMessage } from "../onnx/messages.ts";
import type { FloatNode } from "./graph/mod.ts";
import type { Subject } from "./subject.ts";

/**
 * Nodes before the last convolutions that stay float, being of operators that are not known to work
 * in INT8. What computes shapes is none of them.
 */
export function floatNodes({ prepared, plan }: Subject): FloatNode[] {
  const index = new GraphIndex(prepared.graph);
  const shapes = new Set<NodeMessage>();
  for (const node of prepared.graph.node) {
    const from = node.input.filter((name) => name !== "" && !index.constant(name))
      .map((name) => index.producer(name));
    const computed = from.length > 0 && from.every((one) => one !== undefined && shapes.has(one));
    if (node.opType === "Shape" || node.opType === "Size" || computed) shapes.add(node);
  }
  const names = new Set([...shapes].map(({ name, output }) => name || output[0]));
  return plan.float.filter(({ name, reason }) =>
    !names.has(name) && !reason.startsWith("lies behind the last convolutions")
  );
}
