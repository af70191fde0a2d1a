import { integer, integerAttribute, makeNode } from "../../onnx/attributes.ts";
import {
  DataType,
  GraphIndex,
  type NodeMessage,
  type OnnxModel,
  type TensorMessage,
} from "../../onnx/mod.ts";
import { dimensions, floatTensor, isFloating, numbers, tensorOf } from "../../onnx/tensor.ts";
import { layoutOf } from "../export/editor.ts";
import { quantizeWeights, roundEven, saturate, type WeightLayout } from "../export/weights.ts";
import { planQuantization, type QuantGroup } from "../graph/mod.ts";

/** A model whose weights were stored anew. */
export interface PairedModel {
  readonly model: OnnxModel;
  /** Ids of the groups whose weights they are. */
  readonly changed: readonly string[];
  /** How many groups have weights in 8 bits. */
  readonly of: number;
}

/**
 * The same model with weights that don't saturate on a processor without VNNI (see `WeightForm`): those
 * that would are quantised anew from the numbers that they stand for, which makes them coarser, by half
 * at most. Other layers stay as they are.
 *
 * @param model With Q/DQ. It is not changed.
 * @returns undefined where nothing would saturate.
 */
export function pairedWeights(model: OnnxModel): PairedModel | undefined {
  const copy = model.clone();
  const index = new GraphIndex(copy.graph);
  const found = planQuantization(model).groups.flatMap((group) => {
    const weights = weightsOf(index, group);
    return weights ? [{ group, ...weights }] : [];
  });
  const wrong = found.filter(({ integers, layout }) => saturate(integers, layout));
  if (wrong.length === 0) return undefined;
  const made = new Map<NodeMessage, string>();
  for (const { group, node, at, dequantize, integers, scales, layout } of wrong) {
    const known = made.get(dequantize);
    node.input[at] = known ?? store(copy, index, dequantize, group, integers, scales, layout);
    made.set(dequantize, node.input[at]!);
  }
  return { model: copy, changed: wrong.map(({ group }) => group.id), of: found.length };
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
  const at = node.input.findIndex((name) => reaches(index, name, group.weights!));
  const dequantize = index.producer(node.input[at] ?? "");
  if (dequantize?.opType !== "DequantizeLinear") return undefined;
  const scale = index.constant(dequantize.input[1] ?? "");
  const zero = dequantize.input[2] ? index.constant(dequantize.input[2]) : undefined;
  if (!scale || (zero && Array.from(numbers(zero)).some((value) => value !== 0))) return undefined;
  const shape = dimensions(constant);
  const layout = layoutOf(group, node, shape);
  const axis = integer(dequantize, "axis", 1);
  const scales = spread(numbers(scale), shape, axis < 0 ? axis + shape.length : axis);
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

function reaches(index: GraphIndex, name: string, constant: string): boolean {
  if (name === constant) return true;
  const producer = index.producer(name);
  return /^(Quantize|Dequantize)Linear$/.test(producer?.opType ?? "") &&
    reaches(index, producer!.input[0]!, constant);
}

function spread(scales: ArrayLike<number>, shape: readonly number[], axis: number): Float32Array {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const count = shape.reduce((a, b) => a * b, 1);
  const one = scales.length === 1;
  return Float32Array.from(
    { length: count },
    (_, i) => scales[one ? 0 : Math.floor(i / inner) % scales.length]!,
  );
}

function store(
  { graph }: OnnxModel,
  index: GraphIndex,
  dequantize: NodeMessage,
  group: QuantGroup,
  integers: Int8Array,
  scales: Float32Array,
  layout: WeightLayout,
): string {
  const floats = Float32Array.from(integers, (value, i) => value * scales[i]!);
  const made = quantizeWeights(floats, layout, "paired", group.weights);
  const name = (part: string) => index.freshName(`${group.weights}_paired_${part}`);
  const constant = (tensor: TensorMessage) => (graph.initializer.push(tensor), tensor.name!);
  const channels = made.scales.length;
  const input = [
    constant(tensorOf(name("q"), layout.shape, DataType.int8, made.values)),
    constant(
      index.constant(dequantize.input[1]!)!.dataType === DataType.float16
        ? tensorOf(name("scale"), [channels], DataType.float16, Float16Array.from(made.scales))
        : floatTensor(name("scale"), [channels], made.scales),
    ),
    constant(tensorOf(name("zero"), [channels], DataType.int8, new Int8Array(channels))),
  ];
  const output = name("dq");
  const axis = [integerAttribute("axis", layout.channels)];
  const node = makeNode("DequantizeLinear", name("DQ"), input, [output], axis);
  graph.node.splice(graph.node.indexOf(dequantize), 0, node);
  return output;
}
