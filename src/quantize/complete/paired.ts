import { integer } from "../../onnx/attributes.ts";
import { DataType, GraphIndex, type NodeMessage, type OnnxModel } from "../../onnx/mod.ts";
import { dimensions, isFloating, numbers } from "../../onnx/tensor.ts";
import { layoutOf, QdqEditor } from "../export/editor.ts";
import { notedPaired } from "../export/weight_note.ts";
import { roundEven } from "../export/rounding.ts";
import { quantizeWeights, saturate, scaleOfEach, type WeightLayout } from "../export/weights.ts";
import { constantBehind } from "../graph/groups.ts";
import { planQuantization, type QuantGroup } from "../graph/mod.ts";

/** What of a model saturates on a processor without VNNI (see `WeightForm`). */
export interface Saturating {
  /** Whose weights do. */
  readonly groups: readonly QuantGroup[];
  /** How many groups have weights in 8 bits. */
  readonly of: number;
}

/**
 * Finds weights of 8 bits that would saturate on a processor without VNNI.
 *
 * @param model With Q/DQ.
 * @returns undefined where there are none, or where it was Lineside that paired them.
 */
export function saturatingWeights(model: OnnxModel): Saturating | undefined {
  if (notedPaired(model)) return undefined;
  const index = new GraphIndex(model.graph);
  const found = planQuantization(model).groups.flatMap((group) => {
    const weights = weightsOf(index, group);
    return weights ? [{ group, ...weights }] : [];
  });
  const groups = found.filter(({ integers, layout }) => saturate(integers, layout))
    .map(({ group }) => group);
  return groups.length > 0 ? { groups, of: found.length } : undefined;
}

/**
 * The same model with weights that don't saturate: those of these groups are quantised anew from the
 * numbers that they stand for, which makes them coarser, by half at most. All else stays as it is.
 *
 * @param model It is not changed.
 * @param groups As `saturatingWeights` found them.
 */
export function pairedWeights(model: OnnxModel, groups: Saturating["groups"]): OnnxModel {
  const editor = new QdqEditor(model.clone());
  const made = new Map<NodeMessage, string>();
  for (const group of groups) {
    const { node, at, dequantize, integers, scales, layout } = weightsOf(editor.index, group)!;
    const name = group.weights!;
    const store = () => {
      const floats = Float32Array.from(integers, (value, i) => value * scales[i]!);
      const paired = quantizeWeights(floats, layout, "paired", { name });
      const type = editor.index.constant(dequantize.input[1]!)!.dataType;
      return editor.storeIntegers(node, name, paired, layout, type);
    };
    node.input[at] = made.get(dequantize) ?? store();
    made.set(dequantize, node.input[at]!);
  }
  editor.finish();
  return editor.model;
}

interface Weights {
  /** What computes with them, and which of its inputs they are. */
  readonly node: NodeMessage;
  readonly at: number;
  readonly dequantize: NodeMessage;
  readonly integers: Int8Array;
  /** One for each number. */
  readonly scales: Float32Array;
  readonly layout: WeightLayout;
}

/** Integers as they are stored, or as QuantizeLinear makes them; zero is 0. */
function weightsOf(index: GraphIndex, group: QuantGroup): Weights | undefined {
  const node = index.producer(group.node);
  if (!node || group.weights === undefined || group.channelAxis === undefined) return undefined;
  const constant = index.constant(group.weights)!;
  const at = node.input.findIndex((name) => constantBehind(index, name) === group.weights);
  const dequantize = index.producer(node.input[at] ?? "");
  if (dequantize?.opType !== "DequantizeLinear") return undefined;
  const scale = index.constant(dequantize.input[1] ?? "");
  const zero = dequantize.input[2] ? index.constant(dequantize.input[2]) : undefined;
  if (!scale || (zero && Array.from(numbers(zero)).some((value) => value !== 0))) return undefined;
  const shape = dimensions(constant);
  const layout = layoutOf(group, node, shape);
  const axis = integer(dequantize, "axis", 1);
  const scales = scaleOfEach(numbers(scale), shape, axis < 0 ? axis + shape.length : axis);
  if (constant.dataType === DataType.int8) {
    const integers = Int8Array.from(numbers(constant));
    return { node, at, dequantize, integers, scales, layout };
  }
  if (!isFloating(constant) || zero?.dataType !== DataType.int8) return undefined;
  const integers = Int8Array.from(
    numbers(constant),
    (value, i) => Math.max(-128, Math.min(127, roundEven(value / scales[i]!))),
  );
  return { node, at, dequantize, integers, scales, layout };
}
