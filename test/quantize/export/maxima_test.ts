import assert from "node:assert/strict";
import { integerAttribute, makeNode } from "../../../src/onnx/attributes.ts";
import { GraphIndex } from "../../../src/onnx/mod.ts";
import { floatTensor } from "../../../src/onnx/tensor.ts";
import { maximaOf } from "../../../src/quantize/export/maxima.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { modelOf, value } from "../../onnx/build.ts";

/** Two convolutions, by these weights, behind the Concat of one tensor and another. */
function index(first = "weights", second = "others") {
  const constants = [first, second].map((name) =>
    floatTensor(name, [2, 4, 1, 1], new Float32Array(8).fill(1))
  );
  const model = modelOf(
    [
      makeNode("Concat", "", ["x", "z"], ["wide"], [integerAttribute("axis", 1)]),
      makeNode("Conv", "", ["wide", first], ["y"]),
      makeNode("Conv", "", ["wide", second], ["w"]),
    ],
    [value("x", [1, 2, 8, 8]), value("z", [1, 2, 8, 8])],
    [value("y", [1, 2, 8, 8]), value("w", [1, 2, 8, 8])],
    first === second ? constants.slice(1) : constants,
  );
  const [group] = planQuantization(model).groups;
  return { index: new GraphIndex(model.graph), group: group! };
}

const channels = new Map([["wide", [
  { min: 0, max: 4 },
  { min: -3, max: 0 },
  { min: 0, max: 40 },
  { min: 0, max: 0.01 },
]]]);
const scale = { scale: 0.1, zeroPoint: 30 };

Deno.test("a channel may come to a quarter more than was seen, and to 255 at most", () => {
  const { index: graph, group } = index();
  const integers = new Map([["wide", scale]]);
  assert.deepEqual([...maximaOf(graph, group, { channels, integers })!], [80, 30, 255, 31]);
});

Deno.test("what a channel may come to follows from its own scale where it has one", () => {
  const { index: graph, group } = index();
  const own = [0.05, 0.1, 10, 0.1].map((scale, i) => ({ scale, zeroPoint: i * 10 }));
  const integers = new Map([["wide", own]]);
  assert.deepEqual([...maximaOf(graph, group, { channels, integers })!], [100, 10, 25, 31]);
  // Behind a Concat such a tensor can't be: who reads it reads it directly.
  const behind = new Map([["x", own], ["z", own]]);
  assert.equal(maximaOf(graph, group, { channels, integers: behind }), undefined);
});

Deno.test("what a channel may come to is known behind a Concat if its inputs have one scale", () => {
  const { index: graph, group } = index();
  const same = new Map([["x", scale], ["z", { ...scale }]]);
  assert.deepEqual([...maximaOf(graph, group, { channels, integers: same })!], [80, 30, 255, 31]);
  const unlike = new Map([["x", scale], ["z", { ...scale, zeroPoint: 0 }]]);
  assert.equal(maximaOf(graph, group, { channels, integers: unlike }), undefined);
  const half = new Map([["x", scale]]);
  assert.equal(maximaOf(graph, group, { channels, integers: half }), undefined);
});

Deno.test("what a channel may come to is not known without its range, or with weights that two read", () => {
  const integers = new Map([["wide", scale]]);
  const { index: graph, group } = index();
  assert.equal(maximaOf(graph, group, { integers }), undefined);
  const shared = index("weights", "weights");
  assert.equal(maximaOf(shared.index, shared.group, { channels, integers }), undefined);
});
