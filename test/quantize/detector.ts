import { makeNode } from "../../src/onnx/attributes.ts";
import type { NodeMessage, TensorMessage } from "../../src/onnx/messages.ts";
import { DataType, type OnnxModel } from "../../src/onnx/mod.ts";
import { floatTensor, tensorOf } from "../../src/onnx/tensor.ts";
import { modelOf, value } from "../onnx/build.ts";

/** What a small detector is to have. */
export interface DetectorSketch {
  readonly opset?: number;
  /** Channels of a squeeze-and-excite branch: 7000 make 200 MB of weights. */
  readonly excited?: number;
  /** An operator that is not known to work in INT8, between two convolutions. */
  readonly wave?: string;
}

/** A detector of two classes for pictures of 64 x 64, as YOLOv8's in form, with weights of chance. */
export function detector({ opset = 17, excited, wave }: DetectorSketch = {}): OnnxModel {
  const nodes: NodeMessage[] = [];
  const initializer: TensorMessage[] = [];
  let seed = 1;
  const random = () => (seed = seed * 16807 % 2147483647) / 2147483647 - 0.5;
  const conv = (x: string, y: string, from: number, to: number, size = 1, stride = 1) => {
    const data = Float32Array.from(
      { length: to * from * size * size },
      () => 2 * random() / Math.sqrt(from * size * size),
    );
    initializer.push(floatTensor(`${y}.weight`, [to, from, size, size], data));
    nodes.push(makeNode("Conv", "", [x, `${y}.weight`], [y], [
      { name: "kernel_shape", type: 7, ints: [size, size] },
      { name: "strides", type: 7, ints: [stride, stride] },
    ]));
  };
  const activate = (x: string, y: string) =>
    nodes.push(makeNode("Sigmoid", "", [x], [`${y}.s`]), makeNode("Mul", "", [x, `${y}.s`], [y]));
  conv("images", "stem.conv", 3, 16, 8, 8);
  activate("stem.conv", "stem");
  if (wave) nodes.push(makeNode(wave, "wave", ["stem"], ["waved"]));
  conv(wave ? "waved" : "stem", "a.conv", 16, 16);
  activate("a.conv", "a");
  let level = "a";
  if (excited) {
    nodes.push(makeNode("GlobalAveragePool", "", ["a"], ["pooled"]));
    conv("pooled", "wide", 16, excited);
    nodes.push(makeNode("Relu", "", ["wide"], ["wide.r"]));
    conv("wide.r", "wider", excited, excited);
    nodes.push(makeNode("Relu", "", ["wider"], ["wider.r"]));
    conv("wider.r", "narrow", excited, 16);
    nodes.push(makeNode("Sigmoid", "", ["narrow"], ["gate"]));
    nodes.push(makeNode("Mul", "", ["a", "gate"], ["excited"]));
    level = "excited";
  }
  initializer.push(
    tensorOf("flat", [3], DataType.int64, new BigInt64Array([1n, 6n, -1n])),
  );
  const parts = [0, 1, 2].map((i) => {
    if (i > 0) {
      conv(level, `down${i}.conv`, 16, 16, 2, 2);
      activate(`down${i}.conv`, `down${i}`);
      level = `down${i}`;
    }
    conv(level, `head${i}`, 16, 6);
    nodes.push(makeNode("Reshape", "", [`head${i}`, "flat"], [`part${i}`]));
    return `part${i}`;
  });
  nodes.push(makeNode("Concat", "", parts, ["all"], [{ name: "axis", type: 2, i: 2 }]));
  nodes.push(makeNode("Sigmoid", "", ["all"], ["output"]));
  const model = modelOf(
    nodes,
    [value("images", [1, 3, 64, 64])],
    [value("output", [1, 6, 84])],
    initializer,
    opset,
  );
  const entries = {
    ...{ names: "{0: 'one', 1: 'two'}", stride: "32", task: "detect" },
    ...{ order: "RGB", scale: "0.00392156862745098", align: "center" },
  };
  model.message.metadataProps = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return model;
}
