import assert from "node:assert/strict";
import { GraphIndex, type OnnxModel } from "../../../src/onnx/mod.ts";
import { dimensions, floats } from "../../../src/onnx/tensor.ts";
import { exportTensorrt } from "../../../src/quantize/export/mod.ts";
import { splitConvolutions } from "../../../src/quantize/export/split.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { c2f } from "./build.ts";

Deno.test("a convolution whose channels are split becomes one for each part", () => {
  const whole = c2f();
  const { model, parts } = splitConvolutions(whole, planQuantization(whole));
  assert.ok(!model.graph.node.some(({ opType }) => opType === "Split"));
  assert.equal(whole.graph.node.filter(({ opType }) => opType === "Split").length, 1);
  const plan = planQuantization(model);
  const made = plan.groups.filter(({ output }) => ["a0", "a1"].includes(output));
  assert.deepEqual(
    made.map(({ operators }) => operators.join(" ")),
    Array(2).fill("Conv Sigmoid Mul"),
  );
  assert.deepEqual(made.map(({ node }) => parts.get(node)), ["a", "a"]);
  const index = new GraphIndex(model.graph);
  const weights = made.map(({ weights }) => index.constant(weights!)!);
  assert.deepEqual(weights.map(dimensions), [[2, 4, 1, 1], [2, 4, 1, 1]]);
  const before = new GraphIndex(whole.graph).constant("a.weight")!;
  assert.deepEqual(weights.flatMap((tensor) => [...floats(tensor)]), [...floats(before)]);
});

Deno.test("a model that is split again is another one with the same bytes of weights", () => {
  const whole = c2f();
  const plan = planQuantization(whole);
  const [first, again] = [splitConvolutions(whole, plan), splitConvolutions(whole, plan)];
  assert.deepEqual(again, first);
  assert.notEqual(again.model, first.model);
  const bytes = ({ model }: typeof first) => model.graph.initializer.map(({ rawData }) => rawData);
  bytes(first).forEach((rawData, i) => assert.equal(bytes(again)[i], rawData));
  first.model.graph.node.pop();
  assert.deepEqual(splitConvolutions(whole, plan), again);
  const other = c2f();
  assert.deepEqual(splitConvolutions(other, planQuantization(other)).parts, first.parts);
});

Deno.test("what else is read stays whole", () => {
  const model = c2f();
  model.graph.output.push({ ...model.graph.output[0]!, name: "a" });
  const { parts } = splitConvolutions(model, planQuantization(model));
  assert.equal(parts.size, 0);
});

const quantizers = (model: OnnxModel) =>
  model.graph.node.filter(({ opType }) => opType === "QuantizeLinear").map(({ input }) =>
    input[0]!
  );

Deno.test("a group kept float is so in all its parts", () => {
  const model = c2f();
  const plan = planQuantization(model);
  const ranges = new Map(plan.tensors.map((name) => [name, { min: -1, max: 1 }]));
  const all = quantizers(exportTensorrt(model, plan, ranges));
  assert.ok(all.includes("x") && all.some((name) => name.startsWith("a.weight")), `${all}`);
  const kept = quantizers(exportTensorrt(model, plan, ranges, new Set(["a"])));
  assert.ok(!kept.includes("x") && !kept.some((name) => name.startsWith("a.weight")), `${kept}`);
  assert.ok(kept.includes("a0") && kept.includes("a1"));
});
