import type { OnnxValue } from "./onnx.ts";

const typeNames = ["undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64"]
  .concat(["string", "bool", "float16", "float64", "uint32", "uint64", "complex64", "complex128"])
  .concat(["bfloat16"]);

/** The name of a `TensorProto.DataType`. */
export function typeName(type: number): string {
  return typeNames[type] ?? `of type ${type}`;
}

/** `1×84×8400`; a free dimension by its name. */
export function shapeText(value: OnnxValue): string {
  if (!value.shape) return "of unknown shape";
  return value.shape.length === 0 ? "a scalar" : value.shape.join("×");
}
