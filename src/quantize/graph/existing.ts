import type { GraphIndex } from "../../onnx/graph_index.ts";
import { carried, isCarrier } from "./carriers.ts";
import { constantBehind } from "./groups.ts";
import type { ExistingQuantization, QuantGroup } from "./plan.ts";

/** Operators that quantise, in ONNX's own set and in those of trainers. */
export const quantizers = /^(QuantizeLinear|DequantizeLinear|DynamicQuantizeLinear|FakeQuantize)$/;

/**
 * Whether a tensor comes out of a Q/DQ pair, directly or through nodes that give on numbers as they
 * are, all of whose pictures do.
 */
export function isQuantized(index: GraphIndex, name: string): boolean {
  const producer = index.producer(name);
  if (!producer) return false;
  if (quantizers.test(producer.opType)) return true;
  return isCarrier(index, producer) && carried(producer).every((one) => isQuantized(index, one));
}

/** What Q/DQ a model has; undefined for one that has none. */
export function existingQuantization(
  index: GraphIndex,
  groups: readonly QuantGroup[],
): ExistingQuantization | undefined {
  const nodes = index.graph.node.filter((node) => quantizers.test(node.opType));
  if (nodes.length === 0) return undefined;
  const activations = new Set<string>();
  const weights = new Set<string>();
  for (const node of nodes) {
    const read = node.input[0] ?? "";
    const constant = constantBehind(index, read);
    if (constant !== undefined) weights.add(constant);
    else if (node.opType !== "DequantizeLinear") activations.add(read);
  }
  const computing = groups.filter(({ kind }) => kind !== "sum" && kind !== "average");
  const covered = computing.filter((group) => {
    const node = index.producer(group.node)!;
    return node.input.slice(0, 2).every((name) => isQuantized(index, name));
  });
  const ids = (list: readonly QuantGroup[]) => list.map(({ id }) => id);
  return {
    activations: [...activations],
    weights: [...weights],
    covered: ids(covered),
    missing: ids(computing.filter((group) => !covered.includes(group))),
  };
}
