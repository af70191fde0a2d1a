import assert from "node:assert/strict";
import { GraphIndex, type OnnxModel } from "../../../src/onnx/mod.ts";
import { dimensions, floats, floatTensor, numbers } from "../../../src/onnx/tensor.ts";
import { exportOpenvino, exportTensorrt } from "../../../src/quantize/export/mod.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { c2f } from "./build.ts";

const float = c2f();
/** Of one output 127 and five times 2.4: not all of these become 2. */
const rows = Float32Array.from({ length: 24 }, (_, i) => i % 6 === 0 ? 127 : 2.4);
const weights = float.graph.initializer.findIndex(({ name }) => name === "f.weight");
float.graph.initializer[weights] = floatTensor("f.weight", [4, 6, 1, 1], rows);
const plan = planQuantization(float);
const ranges = new Map(plan.tensors.map((name) => [name, { min: -1, max: 1 }]));

/** Weights of the convolution that makes a tensor, as they are stored, and their scales. */
function stored(model: OnnxModel, tensor: string) {
  const index = new GraphIndex(model.graph);
  const dequantize = index.producer(index.producer(tensor)!.input[1]!)!;
  assert.equal(dequantize.opType, "DequantizeLinear");
  const quantize = index.producer(dequantize.input[0]!);
  const constant = index.constant((quantize ?? dequantize).input[0]!)!;
  return { constant, quantize, scales: floats(index.constant(dequantize.input[1]!)!) };
}

Deno.test("TensorRT's floats become the integers that OpenVINO's weights are, rounding included", () => {
  const openvino = exportOpenvino(float, plan, ranges, new Set(), { weights: "free" });
  const tensorrt = exportTensorrt(float, plan, ranges);
  for (const tensor of ["b.c", "f.c", "y.c"]) {
    const integers = stored(openvino, tensor);
    assert.equal(integers.quantize, undefined);
    const { constant, quantize, scales } = stored(tensorrt, tensor);
    assert.equal(quantize?.opType, "QuantizeLinear");
    assert.deepEqual(scales, integers.scales);
    const inner = dimensions(constant).slice(1).reduce((a, b) => a * b);
    const exact = [...floats(constant)].map((value, i) => value / scales[Math.floor(i / inner)]!);
    assert.deepEqual(exact.map(Math.round).map((value) => value + 0), [
      ...numbers(integers.constant),
    ]);
    assert.ok(exact.every((value) => Math.abs(value - Math.round(value)) < 1e-4));
    if (tensor === "f.c") assert.ok(numbers(integers.constant)[1] === 3);
  }
});

Deno.test("plain weights are the floats that TensorRT's Q/DQ pairs stand for, and all else the same", () => {
  const paired = exportTensorrt(float, plan, ranges);
  const plain = exportTensorrt(float, plan, ranges, new Set(), { plainWeights: true });
  for (const tensor of ["b.c", "f.c", "y.c"]) {
    const index = new GraphIndex(plain.graph);
    const weights = index.constant(index.producer(tensor)!.input[1]!)!;
    assert.deepEqual(floats(weights), floats(stored(paired, tensor).constant));
  }
  const count = (model: OnnxModel, operator: string) =>
    model.graph.node.filter(({ opType }) => opType === operator).length;
  const pairs = count(paired, "Conv");
  assert.equal(count(plain, "Conv"), pairs);
  assert.equal(count(plain, "QuantizeLinear"), count(paired, "QuantizeLinear") - pairs);
});
