import protobuf from "protobufjs";
import { DataType, type TensorMessage } from "./messages.ts";
import { keptField } from "./schema.ts";

const widths: Readonly<Record<number, number>> = {
  [DataType.float]: 4,
  [DataType.uint8]: 1,
  [DataType.int8]: 1,
  [DataType.uint16]: 2,
  [DataType.int16]: 2,
  [DataType.int32]: 4,
  [DataType.int64]: 8,
  [DataType.bool]: 1,
  [DataType.float16]: 2,
  [DataType.double]: 8,
  [DataType.uint32]: 4,
  [DataType.uint64]: 8,
  [DataType.bfloat16]: 2,
};

/** A tensor's shape. */
export function dimensions(tensor: TensorMessage): number[] {
  return (tensor.dims ?? []).map(Number);
}

/** How many elements a shape has. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether its elements are 16-, 32- or 64-bit floating point. */
export function isFloating(tensor: TensorMessage): boolean {
  return [DataType.float, DataType.float16, DataType.bfloat16, DataType.double].some((type) =>
    type === tensor.dataType
  );
}

/**
 * The elements of a tensor of floats as 32-bit ones, copied.
 * @throws {TypeError} Another data type, or data of another length than its shape.
 */
export function floats(tensor: TensorMessage): Float32Array {
  if (!isFloating(tensor)) {
    throw new TypeError(`tensor \`${tensor.name}\` has data type ${tensor.dataType}, not a float`);
  }
  return Float32Array.from(numbers(tensor));
}

/**
 * The elements of a tensor of numbers. 64-bit integers are rounded beyond 2^53.
 * @throws {TypeError} Strings, a data type unknown here, or data of another length than its shape.
 */
export function numbers(tensor: TensorMessage): ArrayLike<number> & Iterable<number> {
  const type = tensor.dataType ?? 0;
  const width = widths[type];
  if (!width) throw new TypeError(`tensor \`${tensor.name}\` has data type ${type}, no numbers`);
  const count = elements(dimensions(tensor));
  const values = tensor.rawData ? raw(tensor.rawData, type, width) : typed(tensor, type);
  if (values.length !== count) {
    throw new TypeError(
      `tensor \`${tensor.name}\` of shape [${dimensions(tensor)}] should hold ${count} numbers, ` +
        `but ${values.length} were found`,
    );
  }
  return values;
}

function raw(bytes: Uint8Array, type: number, width: number): ArrayLike<number> & Iterable<number> {
  const aligned = new Uint8Array(bytes.length - bytes.length % width);
  aligned.set(bytes.subarray(0, aligned.length));
  return view(aligned.buffer, type);
}

function view(buffer: ArrayBuffer, type: number): ArrayLike<number> & Iterable<number> {
  switch (type) {
    case DataType.float:
      return new Float32Array(buffer);
    case DataType.double:
      return new Float64Array(buffer);
    case DataType.float16:
      return Float32Array.from(new Float16Array(buffer));
    case DataType.bfloat16:
      return brainFloats(new Uint16Array(buffer));
    case DataType.int8:
      return new Int8Array(buffer);
    case DataType.uint16:
      return new Uint16Array(buffer);
    case DataType.int16:
      return new Int16Array(buffer);
    case DataType.int32:
      return new Int32Array(buffer);
    case DataType.uint32:
      return new Uint32Array(buffer);
    case DataType.int64:
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case DataType.uint64:
      return Float64Array.from(new BigUint64Array(buffer), Number);
    default:
      return new Uint8Array(buffer);
  }
}

/** A bfloat16 is the upper half of a float32. */
function brainFloats(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

const packed: Readonly<
  Record<number, ["floatData" | "doubleData" | "int32Data" | "int64Data" | "uint64Data", number]>
> = {
  [DataType.float]: ["floatData", 4],
  [DataType.double]: ["doubleData", 10],
  [DataType.int64]: ["int64Data", 7],
  [DataType.uint64]: ["uint64Data", 11],
  [DataType.uint32]: ["uint64Data", 11],
};

/** The packed fields that stand in place of `raw_data`; which one is told by the data type. */
function typed(tensor: TensorMessage, type: number): ArrayLike<number> & Iterable<number> {
  const [field, number] = packed[type] ?? ["int32Data", 5];
  const bytes = tensor[field];
  if (!bytes) {
    if (keptField(tensor, number)) {
      throw new TypeError(`tensor \`${tensor.name}\` has unpacked numbers, which are not read`);
    }
    return [];
  }
  if (field === "floatData" || field === "doubleData") {
    return raw(bytes, type, type === DataType.float ? 4 : 8);
  }
  const reader = protobuf.Reader.create(bytes);
  const values: number[] = [];
  while (reader.pos < reader.len) {
    if (field === "int32Data") values.push(reader.int32());
    else values.push(Number(field === "int64Data" ? reader.int64() : reader.uint64()));
  }
  // Halves are stored as the integers that their bits are.
  if (type === DataType.float16 || type === DataType.bfloat16) {
    return view(Uint16Array.from(values).buffer, type);
  }
  return values;
}

/** A tensor of 32-bit floats. The data is shared. */
export function floatTensor(
  name: string,
  dims: readonly number[],
  data: Float32Array,
): TensorMessage {
  return tensorOf(name, dims, DataType.float, data);
}

/** A tensor of the given data type from its elements' bytes, little-endian. The data is shared. */
export function tensorOf(
  name: string,
  dims: readonly number[],
  dataType: number,
  data: ArrayBufferView,
): TensorMessage {
  return {
    name,
    dims: [...dims],
    dataType,
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  };
}

/** A tensor of 64-bit integers. */
export function integerTensor(name: string, values: readonly number[]): TensorMessage {
  const data = BigInt64Array.from(values, (value) => BigInt(value));
  return tensorOf(name, [values.length], DataType.int64, data);
}
