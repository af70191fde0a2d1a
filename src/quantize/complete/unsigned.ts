import { DataType, GraphIndex, type NodeMessage, type OnnxModel } from "../../onnx/mod.ts";
import { dimensions, numbers, tensorOf } from "../../onnx/tensor.ts";
import { constantBehind } from "../graph/groups.ts";

/** A QuantizeLinear of an activation, and those who read its integers. */
interface Pair {
  readonly quantize: NodeMessage;
  readonly dequantize: readonly NodeMessage[];
}

/**
 * The same model with activations of 8 bits without sign where it has them with sign: zero points are
 * 128 higher, so that every number is the same. OpenVINO 2026.4 computes wrong numbers with the signed
 * ones, which models trained with quantisation mostly have.
 *
 * @param model It is not changed.
 * @returns undefined where there is nothing to change.
 */
export function unsignedActivations(model: OnnxModel): OnnxModel | undefined {
  if (signedPairs(model).length === 0) return undefined;
  const copy = model.clone();
  const index = new GraphIndex(copy.graph);
  const made = new Map<string, string>();
  const raised = (zero: string | undefined): string => {
    const key = zero ?? "";
    const known = made.get(key);
    if (known !== undefined) return known;
    const tensor = zero ? index.constant(zero) : undefined;
    const values = tensor ? Array.from(numbers(tensor), (value) => value + 128) : [128];
    const name = index.freshName(`${zero || "zero"}_u8`);
    const shape = tensor ? dimensions(tensor) : [];
    copy.graph.initializer.push(
      tensorOf(name, shape, DataType.uint8, Uint8Array.from(values)),
    );
    made.set(key, name);
    return name;
  };
  for (const { quantize, dequantize } of signedPairs(copy)) {
    for (const node of [quantize, ...dequantize]) node.input[2] = raised(node.input[2]);
    quantize.attribute = quantize.attribute.filter(({ name }) => name !== "output_dtype");
  }
  return copy;
}

/** Pairs on activations whose integers have a sign and are read by DequantizeLinear alone. */
function signedPairs({ graph }: OnnxModel): Pair[] {
  const index = new GraphIndex(graph);
  return graph.node.flatMap((quantize): Pair[] => {
    if (quantize.opType !== "QuantizeLinear" || constantBehind(index, quantize.input[0]!)) {
      return [];
    }
    const zero = quantize.input[2] ? index.constant(quantize.input[2]) : undefined;
    const said = quantize.attribute.find(({ name }) => name === "output_dtype")?.i;
    const type = zero?.dataType ?? (said === undefined ? DataType.uint8 : Number(said));
    const integers = quantize.output[0]!;
    const uses = index.uses(integers);
    const alone = uses.every((use) => use.node.opType === "DequantizeLinear" && use.index === 0);
    const constants = uses.every(({ node }) => !node.input[2] || index.constant(node.input[2]));
    if (type !== DataType.int8 || !alone || !constants || index.isOutput(integers)) return [];
    return [{ quantize, dequantize: uses.map(({ node }) => node) }];
  });
}
