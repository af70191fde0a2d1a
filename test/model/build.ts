import protobuf from "protobufjs";

const model = protobuf.parse(`
  syntax = "proto3";
  message Model { int64 ir_version = 1; string producer_name = 2; Graph graph = 7; repeated Entry metadata_props = 14; }
  message Entry { string key = 1; string value = 2; }
  message Graph {
    repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
    repeated Value input = 11; repeated Value output = 12;
  }
  message Node { repeated string input = 1; repeated string output = 2; string op_type = 4; }
  message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message Value { string name = 1; Type type = 2; }
  message Type { TensorType tensor_type = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Shape { repeated Dimension dim = 1; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`).root.lookupType("Model");

/** What a synthetic model says of itself. */
export interface ModelSketch {
  input?: (number | string)[];
  output?: (number | string)[];
  /** `TensorProto.DataType` of the input, 1 (float32) if not given. */
  type?: number;
  metadata?: Record<string, string>;
  operators?: string[];
  /** Bytes of one initializer's data. */
  weights?: number;
}

/** The bytes of an ONNX file with that outline. */
export function onnxBytes(sketch: ModelSketch): Uint8Array {
  const value = (name: string, shape: (number | string)[], type: number) => ({
    name,
    type: {
      tensorType: {
        elemType: type,
        shape: {
          dim: shape.map((dim) => typeof dim === "number" ? { dimValue: dim } : { dimParam: dim }),
        },
      },
    },
  });
  const weights = sketch.weights ?? 8;
  // finish() gives a Buffer, whose slice() would share its memory.
  return Uint8Array.from(
    model.encode(model.create({
      irVersion: 8,
      producerName: "test",
      graph: {
        name: "graph",
        node: (sketch.operators ?? ["Conv", "Sigmoid", "Concat"]).map((opType) => ({
          input: ["x"],
          output: ["y"],
          opType,
        })),
        initializer: [
          { dims: [weights], dataType: 2, name: "weight", rawData: new Uint8Array(weights) },
        ],
        // As before IR 4: weights are inputs too.
        input: [
          value("images", sketch.input ?? [1, 3, 640, 640], sketch.type ?? 1),
          value("weight", [weights], 2),
        ],
        output: [value("output0", sketch.output ?? [1, 84, 8400], 1)],
      },
      metadataProps: Object.entries(sketch.metadata ?? {}).map(([key, value]) => ({ key, value })),
    })).finish(),
  );
}

/** As Ultralytics writes it. */
export function ultralytics(names: number, more: Record<string, string> = {}) {
  const list = Array.from({ length: names }, (_, i) => `${i}: 'class ${i}'`).join(", ");
  return { author: "Ultralytics", task: "detect", stride: "32", names: `{${list}}`, ...more };
}
