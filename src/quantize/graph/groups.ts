import { integer } from "../../onnx/attributes.ts";
import type { GraphIndex } from "../../onnx/graph_index.ts";
import type { NodeMessage } from "../../onnx/messages.ts";
import { isDefaultDomain, type Size } from "../../onnx/model.ts";
import { dimensions, elements, isFloating, numbers } from "../../onnx/tensor.ts";
import { fuse } from "./fuse.ts";
import { GroupNames } from "./names.ts";
import type { GroupKind, QuantGroup } from "./plan.ts";

/** A group and its nodes in the model; whether it is of the head is not known yet. */
export interface FoundGroup {
  readonly group: Omit<QuantGroup, "head" | "last">;
  readonly nodes: readonly NodeMessage[];
}

type Shapes = ReadonlyMap<string, readonly Size[]>;

/** All that computes with weights, or adds or averages activations, in the graph's order. */
export function findGroups(
  nodes: readonly NodeMessage[],
  index: GraphIndex,
  shapes: Shapes,
): FoundGroup[] {
  const names = new GroupNames();
  const found: FoundGroup[] = [];
  for (const node of nodes) {
    if (!isDefaultDomain(node.domain)) continue;
    const weights = weightsOf(index, node);
    const kind = kindOf(node, index, weights);
    if (!kind || decodesDistribution(index, node, weights)) continue;
    const fused = kind === "sum" || kind === "average"
      ? { nodes: afterSum(index, node), output: "" }
      : fuse(index, node);
    const output = fused.nodes.at(-1)!.output[0]!;
    const reads = node.input.slice(0, kind === "average" ? 1 : 2).filter((name) =>
      name !== "" && !constantBehind(index, name)
    );
    found.push({
      nodes: fused.nodes,
      group: {
        id: names.idOf(node, weights, kind),
        kind,
        node: node.output[0]!,
        operators: fused.nodes.map(({ opType }) => opType),
        reads: [...new Set(reads)],
        output,
        ...(weights === undefined
          ? {}
          : { weights, channelAxis: channelAxis(node, index, weights) }),
        multiplyAdds: count(node, kind, shapes, weights),
      },
    });
  }
  return found;
}

/** The name of an initializer or constant behind a tensor, Q/DQ between them passed over. */
export function constantBehind(index: GraphIndex, name: string): string | undefined {
  for (let at = name;;) {
    if (index.constant(at)) return at;
    const producer = index.producer(at);
    if (!producer || !/^(Quantize|Dequantize)Linear$/.test(producer.opType)) return undefined;
    at = producer.input[0] ?? "";
  }
}

function weightsOf(index: GraphIndex, node: NodeMessage): string | undefined {
  const at = node.opType === "MatMul" && constantBehind(index, node.input[0] ?? "") ? 0 : 1;
  return constantBehind(index, node.input[at] ?? "");
}

function kindOf(
  node: NodeMessage,
  index: GraphIndex,
  weights: string | undefined,
): GroupKind | undefined {
  switch (node.opType) {
    case "Conv": {
      const shape = weights === undefined ? undefined : dimensions(index.constant(weights)!);
      const depthwise = shape?.[1] === 1 && integer(node, "group", 1) === shape[0] && shape[0] > 1;
      return depthwise ? "depthwise" : "convolution";
    }
    case "ConvTranspose":
      return "transposed";
    case "Gemm":
    case "MatMul":
      return "product";
    case "Add":
      return node.input.some((name) => index.constant(name)) ? undefined : "sum";
    case "AveragePool":
    case "GlobalAveragePool":
      return "average";
    default:
      return undefined;
  }
}

/** A Relu right after a sum is computed with it. */
function afterSum(index: GraphIndex, node: NodeMessage): NodeMessage[] {
  const uses = index.uses(node.output[0]!);
  const next = uses[0]?.node;
  return node.opType === "Add" && uses.length === 1 && next?.opType === "Relu" &&
      !index.isOutput(node.output[0]!)
    ? [node, next]
    : [node];
}

/**
 * Whether a node is the end of a distribution-focal-loss box decoder: the mean of a distribution
 * over bins 0, 1, 2 … (https://arxiv.org/abs/2006.04388), whatever its layout.
 */
function decodesDistribution(
  index: GraphIndex,
  node: NodeMessage,
  weights: string | undefined,
): boolean {
  if (weights === undefined || !["Conv", "MatMul", "Gemm"].includes(node.opType)) return false;
  const tensor = index.constant(weights)!;
  const shape = dimensions(tensor);
  const bins = elements(shape);
  if (bins < 2 || Math.max(...shape) !== bins || !isFloating(tensor)) return false;
  const values = numbers(tensor);
  return Array.from(values).every((value, i) => Math.abs(value - i) < 1e-3);
}

function channelAxis(node: NodeMessage, index: GraphIndex, weights: string): number {
  const rank = dimensions(index.constant(weights)!).length;
  if (node.opType === "Conv") return 0;
  if (node.opType === "ConvTranspose") return 1;
  if (node.opType === "Gemm") return integer(node, "transB", 0) ? 0 : 1;
  return constantBehind(index, node.input[0] ?? "") ? rank - 2 : rank - 1;
}

function count(
  node: NodeMessage,
  kind: GroupKind,
  shapes: Shapes,
  weights: string | undefined,
): number | undefined {
  if (kind === "sum" || kind === "average") return 0;
  const made = shapes.get(node.output[0]!);
  const read = shapes.get(node.input[0]!);
  const total = (shape: readonly Size[] | undefined) =>
    shape && !shape.includes(undefined) ? elements(shape as number[]) : undefined;
  const outputs = total(made);
  if (outputs === undefined) return undefined;
  const batch = made!.length > 2 ? made![0]! : 1;
  if (node.opType === "Conv" || node.opType === "ConvTranspose") {
    const kernel = total(shapes.get(weights ?? node.input[1]!)?.slice(1));
    if (kernel === undefined) return undefined;
    const inputs = total(read);
    return node.opType === "Conv" ? outputs * kernel / batch : inputs && inputs * kernel / batch;
  }
  const inner = node.opType === "Gemm" && integer(node, "transA", 0) ? read?.[0] : read?.at(-1);
  return inner && outputs * inner / batch;
}
