import assert from "node:assert/strict";
import { DataType, modelBytes, parseModel } from "../../../src/onnx/mod.ts";
import { floats } from "../../../src/onnx/tensor.ts";
import { exportOpenvino, exportTensorrt, type Ranges } from "../../../src/quantize/export/mod.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { c2f, pyramid } from "./build.ts";

const model = c2f();
const plan = planQuantization(model);
const good: Ranges = new Map(plan.tensors.map((name) => [name, { min: -1, max: 1 }]));

for (const [name, make] of [["OpenVINO", exportOpenvino], ["TensorRT", exportTensorrt]] as const) {
  Deno.test(`${name}: a model with Q/DQ is never quantised again`, () => {
    const done = parseModel(modelBytes(make(model, plan, good)), "done.onnx");
    const again = planQuantization(done);
    assert.ok(again.existing);
    assert.throws(
      () => make(done, again, good),
      /^ModelError: done\.onnx: has Q\/DQ already \(\d+ activations, [56] weights\).*use it as it is/,
    );
  });

  Deno.test(`${name}: bad ranges, old models and plans of others are refused`, () => {
    const without = new Map([...good].filter(([tensor]) => tensor !== "b"));
    assert.throws(
      () => make(model, plan, without),
      /RangeError: no range .* tensor `b`; the nearest/,
    );
    const broken = new Map(good).set("d", { min: 0, max: NaN });
    assert.throws(() => make(model, plan, broken), /the range of the tensor `d` is 0 to NaN/);
    const old = model.clone();
    old.message.opsetImport[0]!.version = 11;
    assert.throws(() => make(old, plan, good), /is of opset 11, which has no scales by channel/);
    const half = model.clone();
    half.graph.initializer[0]!.dataType = DataType.float16;
    assert.throws(
      () => make(half, plan, good),
      /has 16-bit weights \(`a\.weight`\); expected the model/,
    );
    assert.throws(() => make(pyramid(), plan, good), /makes no tensor `\w\.c`, of which the plan/);
  });

  Deno.test(`${name}: weights can be changed before they are quantised, in a copy`, () => {
    const scales = (exported: typeof model) => {
      const tensor = exported.graph.initializer.find(({ name }) => name === "y.weight_scale")!;
      return [...floats(tensor)];
    };
    const transform = (copy: typeof model) => {
      const weights = copy.graph.initializer.find((tensor) => tensor.name === "y.weight")!;
      const doubled = floats(weights).map((weight) => weight * 2);
      weights.rawData = new Uint8Array(doubled.buffer);
      return copy;
    };
    const before = scales(make(model, plan, good));
    const after = scales(make(model, plan, good, new Set(), { transform }));
    assert.deepEqual(after, before.map((scale) => scale * 2));
    assert.deepEqual(scales(make(model, plan, good)), before);
  });
}
