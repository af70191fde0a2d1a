/**
 * A 64-bit number as protobufjs decodes it; plain numbers are taken when writing.
 * @internal
 */
export interface Long {
  toNumber(): number;
  toString(): string;
}

/**
 * `StringStringEntryProto`.
 * @internal
 */
export interface EntryMessage {
  key?: string;
  value?: string;
}

/**
 * `TensorProto`. Packed numbers are kept as the bytes they have in the file: see tensor.ts.
 * @internal
 */
export interface TensorMessage {
  name?: string;
  dims?: (Long | number)[];
  /** {@link DataType}. */
  dataType?: number;
  rawData?: Uint8Array;
  floatData?: Uint8Array;
  doubleData?: Uint8Array;
  int32Data?: Uint8Array;
  int64Data?: Uint8Array;
  uint64Data?: Uint8Array;
  stringData?: Uint8Array[];
  externalData?: EntryMessage[];
  /** 1: in a file beside the model. */
  dataLocation?: number;
  docString?: string;
}

/**
 * `AttributeProto`. Which field holds the value is told by `type`.
 * @internal
 */
export interface AttributeMessage {
  name?: string;
  /** {@link AttributeType}. */
  type?: number;
  refAttrName?: string;
  docString?: string;
  f?: number;
  i?: Long | number;
  s?: Uint8Array;
  t?: TensorMessage;
  g?: GraphMessage;
  floats?: number[];
  ints?: (Long | number)[];
  strings?: Uint8Array[];
  tensors?: TensorMessage[];
  graphs?: GraphMessage[];
}

/**
 * `NodeProto`. An empty input name is an input left out.
 * @internal
 */
export interface NodeMessage {
  name?: string;
  opType: string;
  /** Empty for ONNX's own operators. */
  domain?: string;
  input: string[];
  output: string[];
  attribute: AttributeMessage[];
  docString?: string;
}

/**
 * `ValueInfoProto`.
 * @internal
 */
export interface ValueMessage {
  name?: string;
  type?: {
    tensorType?: {
      elemType?: number;
      shape?: { dim?: { dimValue?: Long | number; dimParam?: string }[] };
    };
  };
  docString?: string;
}

/**
 * `GraphProto`.
 * @internal
 */
export interface GraphMessage {
  name?: string;
  node: NodeMessage[];
  initializer: TensorMessage[];
  input: ValueMessage[];
  output: ValueMessage[];
  valueInfo: ValueMessage[];
  docString?: string;
}

/**
 * `ModelProto`.
 * @internal
 */
export interface ModelMessage {
  irVersion?: Long | number;
  producerName?: string;
  producerVersion?: string;
  domain?: string;
  modelVersion?: Long | number;
  docString?: string;
  graph: GraphMessage;
  opsetImport: { domain?: string; version?: Long | number }[];
  metadataProps: EntryMessage[];
}

/** `TensorProto.DataType`, those that are read here. */
export const DataType = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

/** `AttributeProto.AttributeType`. */
export const AttributeType = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
} as const;
