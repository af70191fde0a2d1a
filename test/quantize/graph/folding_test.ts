import assert from "node:assert/strict";
import { makeNode } from "../../../src/onnx/attributes.ts";
import { DataType, type NodeMessage, type TensorMessage } from "../../../src/onnx/mod.ts";
import { dimensions, floats, floatTensor, tensorOf } from "../../../src/onnx/tensor.ts";
import { planQuantization, prepare } from "../../../src/quantize/graph/mod.ts";
import { modelOf, value } from "../../onnx/build.ts";

const cast = (x: string, y: string, to: number) =>
  makeNode("Cast", "", [x], [y], [{ name: "to", type: 2, i: to }]);
const halves = Float16Array.from({ length: 16 }, (_, i) => Math.sin(i + 1));
const stored = tensorOf("w.half", [4, 4, 1, 1], DataType.float16, halves);
const integer = (name: string, dims: number[], ...values: number[]) =>
  tensorOf(name, dims, DataType.int64, BigInt64Array.from(values, BigInt));
const picture = (...shape: (number | string)[]) => [value("x", shape)];
const model = (
  nodes: NodeMessage[],
  more: TensorMessage[] = [],
  shape: (number | string)[] = [1, 4, 8, 8],
) => modelOf(nodes, picture(...shape), [value("y", [])], [stored, ...more]);

Deno.test("weights stored in 16 bits and widened by a Cast become those of 32 bits", () => {
  const prepared = prepare(
    model([cast("w.half", "w", DataType.float), makeNode("Conv", "", ["x", "w"], ["y"])]),
  );
  assert.deepEqual(prepared.graph.node.map(({ opType }) => opType), ["Conv"]);
  const [weights, ...others] = prepared.graph.initializer;
  assert.deepEqual([others.length, weights!.name, dimensions(weights!)], [0, "w", [4, 4, 1, 1]]);
  assert.equal(weights!.dataType, DataType.float);
  assert.deepEqual([...floats(weights!)], [...halves]);
  assert.equal(planQuantization(prepared).groups[0]?.weights, "w");
});

Deno.test("a Cast to the type that is there already is passed by, and no other", () => {
  const weights = floatTensor("w", [4, 4, 1, 1], Float32Array.from(halves));
  const prepared = (to: number) =>
    prepare(model([
      makeNode("Conv", "", ["x", "w"], ["c"]),
      cast("c", "d", to),
      makeNode("Relu", "", ["d"], ["y"]),
    ], [weights])).graph.node;
  assert.deepEqual(prepared(DataType.float).map(({ input }) => input[0]), ["x", "c"]);
  assert.deepEqual(prepared(DataType.float16).map(({ opType }) => opType), [
    "Conv",
    "Cast",
    "Relu",
  ]);
});

/** The first half of the channels, as an exporter writes it that traces shapes. */
const cut = [
  makeNode("Shape", "", ["x"], ["shape"]),
  makeNode("Gather", "", ["shape", "axis"], ["channels"]),
  makeNode("Add", "", ["channels", "one"], ["more"]),
  makeNode("Div", "", ["more", "two"], ["half"]),
  makeNode("Slice", "", ["x", "zero", "half", "axis"], ["y"]),
];
const numbers = [
  integer("axis", [1], 1),
  integer("one", [], 1),
  integer("two", [1], 2),
  integer("zero", [1], 0),
];

Deno.test("what follows from declared channels is a constant, though the size is free", () => {
  const { graph } = prepare(model(cut, numbers, [1, 5, "height", "width"]));
  assert.deepEqual(graph.node.map(({ opType }) => opType), ["Slice"]);
  const half = graph.initializer.find(({ name }) => name === "half")!;
  assert.deepEqual(half, integer("half", [1], 3));
});

Deno.test("what follows from the batch is left to be computed, though it is declared", () => {
  const first = numbers.map((one) => one.name === "axis" ? integer("axis", [1], 0) : one);
  const { graph } = prepare(model(cut, first, [1, 5, 8, 8]));
  assert.deepEqual(graph.node.map(({ opType }) => opType), cut.map(({ opType }) => opType));
});

Deno.test("what follows from a free size is left to be computed", () => {
  const { graph } = prepare(model(cut, numbers, [1, "channels", 8, 8]));
  assert.deepEqual(graph.node.map(({ opType }) => opType), cut.map(({ opType }) => opType));
});
