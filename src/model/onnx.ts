import protobuf from "protobufjs";
import type { ByteSource } from "./bytes.ts";
import { WireCursor, WireError } from "./wire.ts";

/** A dimension: its size, or the name of one that is free (`?` where it has none). */
export type Dimension = number | string;

/** An input or output of a graph. */
export interface OnnxValue {
  readonly name: string;
  /** `TensorProto.DataType`: 1 float, 2 uint8, 10 float16 … */
  readonly type: number;
  /** undefined where the file does not even state the rank. */
  readonly shape: readonly Dimension[] | undefined;
}

/** What an ONNX file says of itself, its weights left out. */
export interface OnnxOutline {
  readonly irVersion: number;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Without those that are initialized. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Operator of each node, in the file's order. */
  readonly operators: readonly string[];
}

/** The few messages that are decoded (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
const schema = protobuf.parse(`
  syntax = "proto2";
  message Entry { optional string key = 1; optional string value = 2; }
  message Value { optional string name = 1; optional Type type = 2; }
  message Type { optional Tensor tensor_type = 1; }
  message Tensor { optional int32 elem_type = 1; optional Shape shape = 2; }
  message Shape { repeated Dimension dim = 1; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`).root;
const entryType = schema.lookupType("Entry");
const valueType = schema.lookupType("Value");
const keptBytes = 1 << 24; // no name or metadata entry is near as long

/**
 * Reads the outline of an ONNX model; tensors are skipped, so that size does not matter.
 * @throws {WireError} where the bytes are no ONNX model: what was found instead, and where.
 */
export function readOnnx(source: ByteSource): OnnxOutline {
  const cursor = new WireCursor(source);
  const text = new TextDecoder();
  const bytes = (field: { type: number; start: number; end: number }): Uint8Array => {
    if (field.type !== 2 || field.end - field.start > keptBytes) {
      throw new WireError(`byte ${field.start} holds another kind of field than ONNX has there`);
    }
    return cursor.bytes(field.start, field.end);
  };

  let irVersion = 0;
  let producer = "";
  let graphs = 0;
  const metadata = new Map<string, string>();
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const operators: string[] = [];
  const initialized = new Set<string>();

  for (const field of cursor.fields(0, source.size)) {
    if (field.field === 1 && field.type === 0) irVersion = field.value;
    else if (field.field === 2) producer = text.decode(bytes(field));
    else if (field.field === 14) {
      const { key, value } = decode(entryType, bytes(field)) as { key?: string; value?: string };
      metadata.set(key ?? "", value ?? "");
    } else if (field.field === 7 && field.type === 2) {
      graphs++;
      for (const part of cursor.fields(field.start, field.end)) {
        if (part.field === 11) inputs.push(value(bytes(part)));
        else if (part.field === 12) outputs.push(value(bytes(part)));
        else if ((part.field === 1 || part.field === 5) && part.type === 2) {
          // NodeProto.op_type is field 4, TensorProto.name field 8.
          const named = part.field === 1 ? 4 : 8;
          for (const leaf of cursor.fields(part.start, part.end)) {
            if (leaf.field !== named) continue;
            const name = text.decode(bytes(leaf));
            if (part.field === 1) operators.push(name);
            else initialized.add(name);
          }
        }
      }
    }
  }
  if (graphs !== 1 || irVersion < 1) {
    throw new WireError(
      graphs === 0 ? "there is no graph in it" : `it has ${graphs} graphs and IR ${irVersion}`,
    );
  }
  return {
    irVersion,
    producer,
    metadata: Object.fromEntries(metadata),
    inputs: inputs.filter((input) => !initialized.has(input.name)),
    outputs,
    operators,
  };
}

interface ValueMessage {
  name?: string;
  type?: {
    tensorType?: {
      elemType?: number;
      shape?: { dim?: { dimValue?: number; dimParam?: string }[] };
    };
  };
}

function value(bytes: Uint8Array): OnnxValue {
  const message = decode(valueType, bytes) as ValueMessage;
  const tensor = message.type?.tensorType;
  return {
    name: message.name ?? "",
    type: tensor?.elemType ?? 0,
    shape: tensor?.shape &&
      (tensor.shape.dim ?? []).map((dim) =>
        dim.dimValue !== undefined && dim.dimValue > 0 ? dim.dimValue : dim.dimParam || "?"
      ),
  };
}

function decode(type: protobuf.Type, bytes: Uint8Array): unknown {
  try {
    return type.toObject(type.decode(bytes), { longs: Number });
  } catch (error) {
    throw new WireError(
      `a ${type.name.toLowerCase()} in it can't be decoded (${(error as Error).message})`,
    );
  }
}
