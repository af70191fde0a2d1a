import protobuf from "protobufjs";
import type { ModelMessage } from "./messages.ts";

/**
 * What is edited of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; all other fields pass
 * through as bytes. Packed numbers are declared as bytes, so that they are not unpacked into lists.
 */
const schema = protobuf.parse(`
  syntax = "proto2";
  message Entry { optional string key = 1; optional string value = 2; }
  message Operators { optional string domain = 1; optional int64 version = 2; }
  message Model {
    optional int64 ir_version = 1;
    repeated Operators opset_import = 8;
    optional string producer_name = 2;
    optional string producer_version = 3;
    optional string domain = 4;
    optional int64 model_version = 5;
    optional string doc_string = 6;
    optional Graph graph = 7;
    repeated Entry metadata_props = 14;
  }
  message Graph {
    repeated Node node = 1;
    optional string name = 2;
    repeated Tensor initializer = 5;
    optional string doc_string = 10;
    repeated Value input = 11;
    repeated Value output = 12;
    repeated Value value_info = 13;
  }
  message Node {
    repeated string input = 1;
    repeated string output = 2;
    optional string name = 3;
    optional string op_type = 4;
    optional string domain = 7;
    repeated Attribute attribute = 5;
    optional string doc_string = 6;
  }
  message Attribute {
    optional string name = 1;
    optional string ref_attr_name = 21;
    optional string doc_string = 13;
    optional int32 type = 20;
    optional float f = 2;
    optional int64 i = 3;
    optional bytes s = 4;
    optional Tensor t = 5;
    optional Graph g = 6;
    repeated float floats = 7;
    repeated int64 ints = 8;
    repeated bytes strings = 9;
    repeated Tensor tensors = 10;
    repeated Graph graphs = 11;
  }
  message Tensor {
    repeated int64 dims = 1;
    optional int32 data_type = 2;
    optional bytes float_data = 4;
    optional bytes int32_data = 5;
    repeated bytes string_data = 6;
    optional bytes int64_data = 7;
    optional string name = 8;
    optional string doc_string = 12;
    optional bytes raw_data = 9;
    repeated Entry external_data = 13;
    optional int32 data_location = 14;
    optional bytes double_data = 10;
    optional bytes uint64_data = 11;
  }
  message Value { optional string name = 1; optional Type type = 2; optional string doc_string = 3; }
  message Type { optional TensorType tensor_type = 1; }
  message TensorType { optional int32 elem_type = 1; optional Shape shape = 2; }
  message Shape { repeated Dimension dim = 1; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`).root;
const modelType = schema.lookupType("Model");
const graphType = schema.lookupType("Graph");
const tensorType = schema.lookupType("Tensor");

/** What protobufjs keeps of fields that the schema does not name. */
type Kept = { $unknowns?: Uint8Array[] };

/** Lists that are there even if they are empty. */
const lists: Readonly<Record<string, readonly string[]>> = {
  Model: ["opsetImport", "metadataProps"],
  Graph: ["node", "initializer", "input", "output", "valueInfo"],
  Node: ["input", "output", "attribute"],
};

/**
 * The message in `bytes`. Tensors' data are views of `bytes`, not copies.
 * @throws {Error} What protobufjs says of bytes that are no such message.
 */
export function decodeModel(bytes: Uint8Array): ModelMessage {
  const reader = protobuf.Reader.create(bytes) as protobuf.Reader & { discardUnknown: boolean };
  reader.discardUnknown = false;
  return cloneMessage(modelType.decode(reader)) as unknown as ModelMessage;
}

/**
 * Its bytes in order, fields that were not understood included. Tensors' data are not copied: these
 * parts, joined, are the message.
 */
export function encodeModel(model: ModelMessage): Uint8Array[] {
  const graph: Uint8Array[] = [encode(graphType, without(model.graph, "initializer"))];
  for (const tensor of model.graph.initializer) {
    const { rawData } = tensor;
    const parts = [encode(tensorType, without(tensor, "rawData"))];
    if (rawData) parts.push(prefix(9, rawData.length), rawData);
    graph.push(prefix(5, size(parts)), ...parts);
  }
  return [encode(modelType, without(model, "graph")), prefix(7, size(graph)), ...graph];
}

function encode(type: protobuf.Type, message: object): Uint8Array {
  return type.encode(message as protobuf.Message).finish();
}

/** A copy without one field; what was not understood stays. */
function without<T extends object>(message: T, field: keyof T): object {
  const copy = { ...message };
  delete copy[field];
  const unknowns = (message as Kept).$unknowns;
  if (unknowns) Object.defineProperty(copy, "$unknowns", { value: unknowns });
  return copy;
}

/** What stands before a length-delimited field. */
function prefix(field: number, length: number): Uint8Array {
  return protobuf.Writer.create().uint32(field * 8 + 2).uint32(length).finish();
}

/** How many bytes the parts are, joined. */
export function size(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/**
 * A copy that shares nothing but the data of tensors, which nobody may write to. It is a plain
 * object: protobufjs's own messages inherit empty values for fields that are not there.
 */
export function cloneMessage<T>(value: T): T {
  if (Array.isArray(value)) return value.map(cloneMessage) as T;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (typeof (value as { toNumber?: unknown }).toNumber === "function") return value; // a Long
  const copy: Record<string, unknown> = {};
  const { $type } = value as { $type?: { name: string } };
  for (const list of lists[$type?.name ?? ""] ?? []) copy[list] = [];
  for (const [key, field] of Object.entries(value)) copy[key] = cloneMessage(field);
  const unknowns = (value as Kept).$unknowns;
  if (unknowns) Object.defineProperty(copy, "$unknowns", { value: [...unknowns], writable: true });
  return copy as T;
}

/** Whether a field of that number was kept as bytes: the schema has another kind of field there. */
export function keptField(message: object, number: number): boolean {
  return ((message as Kept).$unknowns ?? []).some((bytes) =>
    new protobuf.Reader(bytes).uint32() >>> 3 === number
  );
}
