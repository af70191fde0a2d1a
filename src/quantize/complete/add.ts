import { GraphIndex, type OnnxModel, type Use } from "../../onnx/mod.ts";
import { QdqEditor } from "../export/editor.ts";
import {
  asymmetric,
  type Quantization,
  type Range,
  rangeOf,
  type Ranges,
} from "../export/ranges.ts";
import { symmetric } from "../export/ranges.ts";
import { isQuantized } from "../graph/existing.ts";
import type { QuantGroup } from "../graph/mod.ts";
import type { ActivationForm } from "./check.ts";

/** What a group lacks. */
interface Lack {
  readonly group: QuantGroup;
  /** Activations, and who reads them. */
  readonly activations: readonly { readonly tensor: string; readonly use: Use }[];
  /** Whether its weights are float. */
  readonly weights: boolean;
}

/** What was put in. */
export interface Added {
  readonly model: OnnxModel;
  /** Ids of groups that are complete now. */
  readonly groups: readonly string[];
  /** Activations that have a Q/DQ pair of their own now. */
  readonly activations: readonly string[];
  /** Activations that had one already, which is read now. */
  readonly reused: readonly string[];
  /** Weights that are integers now. */
  readonly weights: readonly string[];
}

/** Activations whose ranges are needed to complete these groups. */
export function neededTensors(model: OnnxModel, groups: readonly QuantGroup[]): string[] {
  const index = new GraphIndex(model.graph);
  const names = groups.flatMap((group) => lackOf(index, group).activations)
    .map(({ tensor }) => tensor).filter((tensor) => !pairOf(index, tensor));
  return [...new Set(names)];
}

/**
 * Puts Q/DQ on what groups read in float: on activations in the form that the model's others have, on
 * weights as integers with sign, one scale an output channel. An activation that is quantised for
 * somebody else is read from there. All Q/DQ that is there stays as it is.
 *
 * @param model It is not changed.
 * @param groups Those to complete.
 * @param ranges Of the tensors that `neededTensors` names.
 * @throws {RangeError} A range is missing.
 */
export function addMissing(
  model: OnnxModel,
  groups: readonly QuantGroup[],
  ranges: Ranges,
  form: ActivationForm,
): Added {
  const copy = model.clone();
  const editor = new QdqEditor(copy);
  const lacks = groups.map((group) => lackOf(editor.index, group));
  const uses = new Map<string, Use[]>();
  for (const { tensor, use } of lacks.flatMap(({ activations }) => activations)) {
    uses.set(tensor, [...uses.get(tensor) ?? [], use]);
  }
  const [activations, reused, weights]: [string[], string[], string[]] = [[], [], []];
  for (const [tensor, readers] of uses) {
    const pair = pairOf(editor.index, tensor);
    if (pair !== undefined) {
      for (const { node, index } of readers) node.input[index] = pair;
      reused.push(tensor);
    } else {
      editor.quantize(tensor, quantization(rangeOf(ranges, tensor), form), form.type, readers);
      activations.push(tensor);
    }
  }
  for (const { group, weights: lacking } of lacks) {
    if (!lacking) continue;
    // Unsigned ones are for processors, the others for GPUs.
    editor.quantizeWeights(group, { form: form.type === "u8" ? "paired" : "free" });
    weights.push(group.weights!);
  }
  editor.finish();
  sortNodes(copy);
  return { model: copy, groups: groups.map(({ id }) => id), activations, reused, weights };
}

function lackOf(index: GraphIndex, group: QuantGroup): Lack {
  const node = index.producer(group.node)!;
  const activations = node.input.slice(0, 2).flatMap((tensor, at) =>
    tensor === "" || index.constant(tensor) || isQuantized(index, tensor)
      ? []
      : [{ tensor, use: { node, index: at } }]
  );
  const weights = group.weights !== undefined && node.input.includes(group.weights);
  return { group, activations, weights };
}

/** The output of a Q/DQ pair that a tensor has for somebody else. */
function pairOf(index: GraphIndex, tensor: string): string | undefined {
  for (const { node, index: at } of index.uses(tensor)) {
    if (node.opType !== "QuantizeLinear" || at !== 0) continue;
    const next = index.uses(node.output[0]!).find((use) => use.node.opType === "DequantizeLinear");
    if (next?.index === 0) return next.node.output[0];
  }
  return undefined;
}

function quantization(range: Range, { type, symmetric: centred }: ActivationForm): Quantization {
  if (centred) return symmetric(range);
  const made = asymmetric(range);
  return type === "u8" ? made : { ...made, zeroPoint: made.zeroPoint - 128 };
}

/** Nodes after all that they read: a pair that is reused may stand behind who reads it now. */
function sortNodes({ graph }: OnnxModel): void {
  const index = new GraphIndex(graph);
  const done = new Set<string>();
  const sorted: typeof graph.node = [];
  for (const start of graph.node) {
    const stack = [start];
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      const waiting = node.input.map((name) => index.producer(name))
        .filter((producer) =>
          producer && !done.has(producer.output[0]!) && !stack.includes(producer)
        );
      if (waiting.length > 0) stack.push(waiting[0]!);
      else {
        stack.pop();
        if (done.has(node.output[0]!)) continue;
        done.add(node.output[0]!);
        sorted.push(node);
      }
    }
  }
  graph.node = sorted;
}
