import { ModelError } from "../../model/error.ts";
import { DataType, GraphIndex, type NodeMessage, type OnnxModel } from "../../onnx/mod.ts";
import { numbers } from "../../onnx/tensor.ts";

/** How a model's activations are in 8 bits. */
export interface ActivationForm {
  /** With sign or without. */
  readonly type: "u8" | "s8";
  /** Whether zero lies in the middle of the integers: all zero points are 0, of s8. */
  readonly symmetric: boolean;
}

/**
 * Checks the Q/DQ that a model brings along, and finds how its activations are quantised.
 *
 * @throws {ModelError} A scale that is no positive finite number, or not constant; a zero point of
 * another type than the integers, or none of 8 bits; Q/DQ of another kind. The node is named.
 */
export function checkExisting(model: OnnxModel): ActivationForm {
  const index = new GraphIndex(model.graph);
  const counts = { u8: 0, s8: 0 };
  let symmetric = true;
  for (const node of model.graph.node) {
    if (/^(DynamicQuantizeLinear|FakeQuantize)$/.test(node.opType)) {
      throw fault(model, node, "is none of the Q/DQ pairs that can be completed");
    }
    if (!/^(Quantize|Dequantize)Linear$/.test(node.opType)) continue;
    checkScale(model, index, node);
    const type = checkZero(model, index, node);
    if (node.opType !== "QuantizeLinear" || index.constant(node.input[0]!)) continue;
    counts[type]++;
    const zero = node.input[2] ? index.constant(node.input[2]) : undefined;
    if (type === "u8" || (zero && Array.from(numbers(zero)).some((value) => value !== 0))) {
      symmetric = false;
    }
  }
  return counts.u8 >= counts.s8 ? { type: "u8", symmetric: false } : { type: "s8", symmetric };
}

function checkScale(model: OnnxModel, index: GraphIndex, node: NodeMessage): void {
  const name = node.input[1] ?? "";
  const scale = index.constant(name);
  if (!scale) throw fault(model, node, `has a scale, \`${name}\`, that is not constant`);
  const values = Array.from(numbers(scale));
  const bad = values.find((value) => !(value > 0 && value < Infinity));
  if (bad === undefined && values.length > 0) return;
  throw fault(
    model,
    node,
    `has the scale ${bad} (\`${name}\`): expected finite numbers above 0`,
  );
}

/** The type of the integers: the zero point's, which is u8 where there is none. */
function checkZero(model: OnnxModel, index: GraphIndex, node: NodeMessage): "u8" | "s8" {
  const name = node.input[2] ?? "";
  const stored = node.opType === "DequantizeLinear" ? index.constant(node.input[0]!) : undefined;
  const zero = name ? index.constant(name) : undefined;
  if (name && !zero) {
    throw fault(model, node, `has a zero point, \`${name}\`, that is not constant`);
  }
  if (zero && stored && zero.dataType !== stored.dataType) {
    throw fault(
      model,
      node,
      `has a zero point of ${typeName(zero.dataType)}, and its integers are ` +
        typeName(stored.dataType),
    );
  }
  const type = zero?.dataType ?? stored?.dataType ?? DataType.uint8;
  // Biases are stored in 32 bits.
  if (type === DataType.int32 && stored) return "s8";
  if (type === DataType.uint8) return "u8";
  if (type === DataType.int8) return "s8";
  throw fault(model, node, `is of ${typeName(type)}: expected 8 bits, with sign or without`);
}

const typeName = (type: number | undefined) =>
  Object.entries(DataType).find(([, value]) => value === type)?.[0] ?? `type ${type}`;

function fault(model: OnnxModel, node: NodeMessage, what: string): ModelError {
  const name = node.name || node.output[0] || "";
  return new ModelError(`its ${node.opType} \`${name}\` ${what}`, model.path);
}
