import protobuf from "protobufjs";
import type { ModelContract } from "../../../src/model/mod.ts";

const model = protobuf.parse(`
  syntax = "proto3";
  message Model { int64 ir_version = 1; Graph graph = 7; repeated Opset opset_import = 8; }
  message Opset { string domain = 1; int64 version = 2; }
  message Graph {
    repeated Node node = 1; string name = 2;
    repeated Value input = 11; repeated Value output = 12;
  }
  message Node { repeated string input = 1; repeated string output = 2; string op_type = 4; }
  message Value { string name = 1; Type type = 2; }
  message Type { TensorType tensor_type = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Shape { repeated Dimension dim = 1; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`).root.lookupType("Model");

/** Outputs of the tiny model. */
export const tinyOutputs = ["negative", "kept", "square"] as const;

/**
 * An ONNX model of `images` [1, 3, side, side], or of any size: `negative` is -images, `kept` is
 * Relu(negative), so all zero, and `square` images².
 */
export function tinyModel(side: number | "any"): Uint8Array {
  const value = (name: string) => ({
    name,
    type: {
      tensorType: {
        elemType: 1,
        shape: {
          dim: [
            { dimValue: 1 },
            { dimValue: 3 },
            ...["height", "width"].map((dimParam) =>
              side === "any" ? { dimParam } : { dimValue: side }
            ),
          ],
        },
      },
    },
  });
  return Uint8Array.from(
    model.encode(model.create({
      irVersion: 7,
      opsetImport: [{ version: 13 }],
      graph: {
        name: "tiny",
        node: [
          { opType: "Neg", input: ["images"], output: ["negative"] },
          { opType: "Relu", input: ["negative"], output: ["kept"] },
          { opType: "Mul", input: ["images", "images"], output: ["square"] },
        ],
        input: [value("images")],
        output: tinyOutputs.map(value),
      },
    })).finish(),
  );
}

/** As if the model's file had said so. */
export function tinyContract(path: string, side: number | null): ModelContract {
  return {
    path,
    family: "yolov8",
    labels: ["thing"],
    strides: [8],
    input: {
      name: "images",
      layout: "NCHW",
      type: "f32",
      order: "RGB",
      width: side,
      height: side,
      batch: 1,
      scale: 1 / 255,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      align: "center",
      pad: 51,
    },
  };
}
