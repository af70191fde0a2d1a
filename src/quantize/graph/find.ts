import { GraphIndex } from "../../onnx/graph_index.ts";
import type { NodeMessage } from "../../onnx/messages.ts";
import { isDefaultDomain, type OnnxModel } from "../../onnx/model.ts";
import { inferShapes } from "../../onnx/shapes.ts";
import { isFloating } from "../../onnx/tensor.ts";
import { carried, isCarrier } from "./carriers.ts";
import { existingQuantization, quantizers } from "./existing.ts";
import { findGroups, type FoundGroup } from "./groups.ts";
import { findHead, findTail } from "./head.ts";
import type { FloatNode, QuantizationPlan } from "./plan.ts";

/**
 * Finds what of a model can be in INT8: by what nodes do and how they hang together, not by names.
 *
 * @param model Of any opset; batch normalisations and the like may be in it still, see `prepare`.
 * @param inputs Shapes of inputs that are free in the model, to count multiply-adds with.
 *
 * @example
 * ```ts
 * const plan = planQuantization(readModel("yolov8n.onnx"));
 * console.log(plan.groups.length, plan.float.length);
 * ```
 */
export function planQuantization(
  model: OnnxModel,
  inputs: Readonly<Record<string, readonly number[]>> = {},
): QuantizationPlan {
  const { graph } = model;
  const index = new GraphIndex(graph);
  const everything = findGroups(graph.node, index, inferShapes(model, inputs));
  const tail = findTail(index, everything);
  const found = everything.filter(({ nodes }) => !tail.has(nodes[0]!));
  const { head, last } = findHead(index, found, tail);

  const grouped = new Set(found.flatMap(({ nodes }) => nodes));
  const data = pictures(index, found);
  const carriers = graph.node.filter((node) =>
    !tail.has(node) && isCarrier(index, node) && carried(node).some((name) => data.has(name))
  );
  const known = new Set<NodeMessage>([...grouped, ...carriers]);
  const groups = found.map(({ group }) => ({
    ...group,
    head: head.has(group.id),
    last: last.has(group.id),
  }));

  const wanted = new Set([
    ...groups.flatMap((group) => group.last ? group.reads : [...group.reads, group.output]),
    ...carriers.flatMap((node) => [...carried(node), ...node.output]),
  ]);
  const all = [
    ...graph.input.map((value) => value.name ?? ""),
    ...graph.node.flatMap((n) => n.output),
  ];
  const existing = existingQuantization(index, groups);
  return {
    tensors: all.filter((name) => wanted.has(name)),
    groups,
    joins: carriers.map((node) => ({
      node: node.output[0]!,
      operator: node.opType,
      tensors: [...new Set([...carried(node), ...node.output])],
    })),
    float: graph.node.filter((node) => !known.has(node)).flatMap((node) =>
      floatNode(index, node, tail)
    ),
    ...(existing ? { existing } : {}),
  };
}

/** Names of activations: what groups make and read, and what carriers make of that. */
function pictures(index: GraphIndex, groups: readonly FoundGroup[]): Set<string> {
  const names = new Set(groups.flatMap(({ group }) => [...group.reads, group.output]));
  let before = -1;
  while (before !== names.size) {
    before = names.size;
    for (const node of index.graph.node) {
      if (!isCarrier(index, node) && !quantizers.test(node.opType)) continue;
      const passed = [...carried(node), ...node.output].filter((name) => !index.constant(name));
      if (
        node.output.some((name) => names.has(name)) || carried(node).some((name) => names.has(name))
      ) {
        for (const name of passed) names.add(name);
      }
    }
  }
  return names;
}

function floatNode(
  index: GraphIndex,
  node: NodeMessage,
  tail: ReadonlySet<NodeMessage>,
): FloatNode[] {
  if (node.opType === "Constant" || quantizers.test(node.opType)) return [];
  const weights = node.input.map((name) => index.constant(name)).find((tensor) =>
    tensor && isFloating(tensor)
  );
  const reason = !isDefaultDomain(node.domain)
    ? `is an operator of \`${node.domain}\`, unknown here`
    : tail.has(node)
    ? "lies behind the last convolutions: decoding and final concatenation"
    : node.opType === "BatchNormalization" || (node.opType === "Mul" && weights)
    ? "scales channels, and no convolution before it takes that over"
    : `the operator ${node.opType} stays float`;
  return [{ name: node.name || node.output[0] || "", operator: node.opType, reason }];
}
