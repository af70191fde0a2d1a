import assert from "node:assert/strict";
import { makeNode } from "../../../src/onnx/attributes.ts";
import { GraphIndex, type OnnxModel } from "../../../src/onnx/mod.ts";
import { floats, floatTensor, numbers } from "../../../src/onnx/tensor.ts";
import { exportOpenvino } from "../../../src/quantize/export/mod.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { modelOf, value } from "../../onnx/build.ts";
import { silu } from "./build.ts";

/** `a` goes to a depthwise convolution alone, `c` to one and to another convolution. */
function model(): OnnxModel {
  const depthwise = (x: string, y: string) => ({
    nodes: [makeNode("Conv", "", [x, `${y}.weight`], [y], [{ name: "group", type: 2, i: 4 }])],
    weights: floatTensor(`${y}.weight`, [4, 1, 1, 1], Float32Array.of(1, -2, 3, -4)),
  });
  const parts = [
    silu("x", "a", 4, 4),
    depthwise("a", "b"),
    silu("b", "c", 4, 4),
    depthwise("c", "d"),
    silu("c", "e", 4, 4),
    { nodes: [makeNode("Add", "", ["d", "e"], ["f"])] },
    silu("f", "y", 4, 4),
  ];
  return modelOf(
    parts.flatMap(({ nodes }) => nodes),
    [value("x", [1, 4, 8, 8])],
    [value("y", [1, 4, 8, 8])],
    parts.flatMap((part) => "weights" in part ? part.weights : []),
  );
}

Deno.test("what a depthwise convolution alone reads has a scale and a zero point a channel", () => {
  const float = model();
  const plan = planQuantization(float);
  const ranges = new Map(plan.tensors.map((name) => [name, { min: -1, max: 1 }]));
  const all = [1, 2, 4, 8].map((max) => ({ min: -1, max }));
  const channels = new Map([["a", all], ["c", all]]);
  const scales = (keep: string[], given = channels) => {
    const made = exportOpenvino(float, plan, ranges, new Set(keep), { channels: given });
    const index = new GraphIndex(made.graph);
    return (tensor: string) => {
      const node = index.producer(index.producer(tensor)!.input[0]!)!;
      assert.equal(node.opType, "DequantizeLinear");
      const [scale, zero] = node.input.slice(1).map((name) => index.constant(name)!);
      const axis = node.attribute.find(({ name }) => name === "axis")?.i;
      return { scale: [...floats(scale!)], zero: [...numbers(zero!)], axis };
    };
  };
  const read = scales([]);
  assert.deepEqual(read("b"), {
    scale: [2, 3, 5, 9].map((width) => Math.fround(width / 255)),
    zero: [127, 85, 51, 28],
    axis: 1,
  });
  const whole = { scale: [Math.fround(2 / 255)], zero: [127], axis: undefined };
  assert.deepEqual(read("d"), whole);
  assert.deepEqual(read("e.c"), whole);
  // Nor has it where no channels are known.
  assert.deepEqual(scales([], new Map())("b"), whole);
  // What stays float reads what it read.
  const kept = plan.groups.find(({ node }) => node === "b")!;
  const made = exportOpenvino(float, plan, ranges, new Set([kept.id]), { channels });
  assert.equal(new GraphIndex(made.graph).producer("b")!.input[0], "a");
});
