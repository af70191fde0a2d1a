import type { GraphIndex } from "../../onnx/graph_index.ts";
import type { NodeMessage } from "../../onnx/messages.ts";

/** A computing node and what follows it that every engine computes with it. */
export interface Fused {
  readonly nodes: readonly NodeMessage[];
  /** The tensor that comes out of the last of them. */
  readonly output: string;
}

const activations = new Set([
  ...["Relu", "LeakyRelu", "PRelu", "Clip", "HardSwish", "Swish", "Mish", "Elu", "Gelu"],
]);
const gates = new Set(["Sigmoid", "HardSigmoid"]);

/**
 * Follows a computing node through its bias and its activation function: Relu and its kin, or SiLU
 * and HardSwish written as a gate and a product. It ends where another node reads what is between.
 */
export function fuse(index: GraphIndex, node: NodeMessage): Fused {
  const nodes = [node];
  let output = node.output[0]!;
  const alone = () => index.uses(output).length === 1 && !index.isOutput(output);

  if (node.opType === "MatMul" && alone()) {
    const next = index.uses(output)[0]!.node;
    const other = next.input.find((name) => name !== output);
    if (next.opType === "Add" && other !== undefined && index.constant(other)) {
      nodes.push(next);
      output = next.output[0]!;
    }
  }
  const gated = gateAfter(index, output);
  if (gated) {
    nodes.push(...gated);
    output = gated[1].output[0]!;
  } else if (alone()) {
    const next = index.uses(output)[0]!;
    const fits = activations.has(next.node.opType) && next.index === 0 &&
      next.node.input.slice(1).every((name) => name === "" || index.constant(name));
    if (fits) {
      nodes.push(next.node);
      output = next.node.output[0]!;
    }
  }
  return { nodes, output };
}

/** The gate and the product of `x · sigmoid(x)`, if that is what happens to a tensor and no more. */
function gateAfter(index: GraphIndex, tensor: string): [NodeMessage, NodeMessage] | undefined {
  const uses = index.uses(tensor);
  if (uses.length !== 2 || index.isOutput(tensor)) return undefined;
  const gate = uses.find((use) => gates.has(use.node.opType))?.node;
  const product = uses.find((use) => use.node.opType === "Mul")?.node;
  const opened = gate?.output[0];
  if (!gate || !product || !opened || index.isOutput(opened)) return undefined;
  return product.input.includes(opened) && index.uses(opened).length === 1
    ? [gate, product]
    : undefined;
}
