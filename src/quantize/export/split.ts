import { removeUnused } from "../../onnx/edit.ts";
import { integer, integers } from "../../onnx/attributes.ts";
import { GraphIndex } from "../../onnx/graph_index.ts";
import type { NodeMessage, TensorMessage } from "../../onnx/messages.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import { dimensions, floats, floatTensor, numbers } from "../../onnx/tensor.ts";
import type { QuantGroup, QuantizationPlan } from "../graph/plan.ts";

/** A model with some convolutions in parts. */
export interface SplitModel {
  readonly model: OnnxModel;
  /** Of each part (by the tensor its convolution makes) the id of the group it is a part of. */
  readonly parts: ReadonlyMap<string, string>;
}

const wholeOnly = new Set(["PRelu"]);

/** By the model's plan: many mixes and ranges are tried of one model. */
const known = new WeakMap<
  QuantizationPlan,
  { readonly of: OnnxModel; readonly split: SplitModel }
>();

/**
 * Makes one convolution for each part where a convolution's channels are split right after it (the
 * C2f blocks of YOLOv8). It is the same arithmetic; nothing is copied, and each part has its scale.
 *
 * @param model It is not changed, and may not be later.
 * @returns A model of the caller's own. Its weights are the same bytes each time.
 */
export function splitConvolutions(model: OnnxModel, plan: QuantizationPlan): SplitModel {
  let made = known.get(plan);
  if (made?.of !== model) known.set(plan, made = { of: model, split: splitOf(model, plan) });
  return { model: made.split.model.clone(), parts: made.split.parts };
}

function splitOf(model: OnnxModel, plan: QuantizationPlan): SplitModel {
  const copy = model.clone();
  const index = new GraphIndex(copy.graph);
  const parts = new Map<string, string>();
  const replaced = new Map<NodeMessage, NodeMessage[]>();
  for (const group of plan.groups) {
    const split = splitAfter(index, group);
    if (!split) continue;
    const made = partsOf(copy, index, group, split);
    if (!made) continue;
    replaced.set(split, made.flat());
    for (const nodes of made) parts.set(nodes[0]!.output[0]!, group.id);
  }
  copy.graph.node = copy.graph.node.flatMap((node) => replaced.get(node) ?? [node]);
  removeUnused(copy);
  return { model: copy, parts };
}

/** The Split of channels that alone reads what a plain convolution makes. */
function splitAfter(index: GraphIndex, group: QuantGroup): NodeMessage | undefined {
  const uses = index.uses(group.output);
  const split = uses[0]?.node;
  const node = index.producer(group.node);
  return uses.length === 1 && split?.opType === "Split" && integer(split, "axis", 0) === 1 &&
      !index.isOutput(group.output) && node?.opType === "Conv" && integer(node, "group", 1) === 1 &&
      !group.operators.some((operator) => wholeOnly.has(operator))
    ? split
    : undefined;
}

function partsOf(
  { graph }: OnnxModel,
  index: GraphIndex,
  group: QuantGroup,
  split: NodeMessage,
): NodeMessage[][] | undefined {
  const node = index.producer(group.node)!;
  const weights = index.constant(node.input[1]!);
  const bias = node.input[2] ? index.constant(node.input[2]) : undefined;
  if (!weights || (node.input[2] && !bias)) return undefined;
  const [channels, ...rest] = dimensions(weights);
  const count = split.output.length;
  const given = split.input[1] ? index.constant(split.input[1]) : undefined;
  const even = Math.ceil(channels! / count);
  const sizes = given
    ? [...numbers(given)]
    : integers(split, "split") ?? split.output.map((_, i) => Math.min(even, channels! - i * even));

  const inner = rest.reduce((product, size) => product * size, 1);
  const [all, shift] = [floats(weights), bias && floats(bias)];
  const chain = chainOf(index, group);
  let from = 0;
  return split.output.map((output, i) => {
    const to = from + sizes[i]!;
    const store = (name: string, dims: number[], data: Float32Array): string => {
      const tensor: TensorMessage = floatTensor(index.freshName(name), dims, data);
      graph.initializer.push(tensor);
      return tensor.name!;
    };
    const input = [
      node.input[0]!,
      store(`${node.input[1]}.${i}`, [sizes[i]!, ...rest], all.slice(from * inner, to * inner)),
    ];
    if (shift) input.push(store(`${node.input[2]}.${i}`, [sizes[i]!], shift.slice(from, to)));
    from = to;
    const names = new Map<string, string>([[group.output, output]]);
    const renamed = (name: string) => {
      const known = names.get(name);
      const fresh = known ?? index.freshName(`${name}_${i}`);
      names.set(name, fresh);
      return fresh;
    };
    return chain.map((link) => ({
      ...link,
      name: index.freshName(`${link.name || link.output[0]}_${i}`),
      attribute: [...link.attribute],
      input: link === node
        ? input
        : link.input.map((name) => name && !index.constant(name) ? renamed(name) : name),
      output: link.output.map(renamed),
    }));
  });
}

/** The group's nodes in order: each reads what those before it make. */
function chainOf(index: GraphIndex, group: QuantGroup): NodeMessage[] {
  const chain = [index.producer(group.node)!];
  const last = index.producer(group.output)!;
  while (!chain.includes(last)) {
    const made = chain.flatMap((node) => node.output);
    const next = made.flatMap((name) => index.uses(name)).find(({ node }) =>
      !chain.includes(node) &&
      node.input.every((name) => name === "" || made.includes(name) || index.constant(name))
    );
    chain.push(next!.node);
  }
  return chain;
}
