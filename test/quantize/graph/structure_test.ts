import assert from "node:assert/strict";
import { makeNode } from "../../../src/onnx/attributes.ts";
import type { NodeMessage } from "../../../src/onnx/mod.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { prepare } from "../../../src/quantize/graph/prepare.ts";
import { modelOf, value } from "../../onnx/build.ts";
import { floatTensor } from "../../../src/onnx/tensor.ts";
import { dimensions, floats } from "../../../src/onnx/tensor.ts";

const ints = (name: string, ints: number[]) => ({ name, type: 7, ints });
const int = (name: string, i: number) => ({ name, type: 2, i });
const weights = (name: string, ...dims: number[]) => {
  const size = dims.reduce((a, b) => a * b, 1);
  return floatTensor(name, dims, Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1)));
};
const conv = (x: string, y: string, w = "w") => makeNode("Conv", "", [x, w], [y]);
const picture = value("x", [1, 4, 8, 8]);
const plan = (nodes: NodeMessage[], output: string, more = [weights("w", 4, 4, 1, 1)]) =>
  planQuantization(modelOf(nodes, [picture], [value(output, [1, 4, 8, 8])], more));

Deno.test("activation functions belong to the convolution, however they are written", () => {
  const after = (nodes: NodeMessage[]) =>
    plan([conv("x", "c"), ...nodes, conv("a", "y")], "y").groups[0]!.operators.slice(1);
  for (const op of ["Relu", "LeakyRelu", "HardSwish", "Elu"]) {
    assert.deepEqual(after([makeNode(op, "", ["c"], ["a"])]), [op]);
  }
  for (const gate of ["Sigmoid", "HardSigmoid"]) {
    const nodes = (order: string[]) => [
      makeNode(gate, "", ["c"], ["s"]),
      makeNode("Mul", "", order, ["a"]),
    ];
    assert.deepEqual(after(nodes(["c", "s"])), [gate, "Mul"]);
    assert.deepEqual(after(nodes(["s", "c"])), [gate, "Mul"]);
  }
  // What is no SiLU: the gate of another tensor, and a gate that somebody else reads too.
  assert.deepEqual(
    after([
      makeNode("Sigmoid", "", ["x"], ["s"]),
      makeNode("Mul", "", ["c", "s"], ["a"]),
    ]),
    [],
  );
  assert.deepEqual(
    after([
      makeNode("Sigmoid", "", ["c"], ["s"]),
      makeNode("Mul", "", ["c", "s"], ["b"]),
      makeNode("Add", "", ["b", "s"], ["a"]),
    ]),
    [],
  );
});

Deno.test("an operator that is not known stays float, by name, and nothing hangs on to it", () => {
  const { float, groups, joins } = plan([
    conv("x", "a"),
    { ...makeNode("Magic", "trick", ["a"], ["b"]), domain: "example.test" },
    makeNode("Sin", "wave", ["b"], ["c"]),
    conv("c", "y"),
  ], "y");
  assert.deepEqual(float, [
    { name: "trick", operator: "Magic", reason: "is an operator of `example.test`, unknown here" },
    { name: "wave", operator: "Sin", reason: "the operator Sin stays float" },
  ]);
  assert.deepEqual(groups.map(({ id }) => id), ["convolution.0", "convolution.1"]);
  assert.deepEqual(joins, []);
});

Deno.test("a decoder of distributions is float in each of its forms", () => {
  const bins = Float32Array.from({ length: 16 }, (_, i) => i);
  const decoded = (op: string, dims: number[], perm: number[]) =>
    planQuantization(modelOf(
      [
        makeNode("Conv", "", ["x", "w"], ["d"]),
        makeNode("Reshape", "", ["d", "to"], ["r"]),
        makeNode("Transpose", "", ["r"], ["t"], [ints("perm", perm)]),
        makeNode("Softmax", "", ["t"], ["s"], [int("axis", op === "Conv" ? 1 : 3)]),
        makeNode(op, "dfl", ["s", "bins"], ["y"]),
      ],
      [picture],
      [value("y", [1, 4, 64])],
      [weights("w", 64, 4, 1, 1), floatTensor("bins", dims, bins), weights("to", 4)],
    ));
  for (
    const found of [
      decoded("Conv", [1, 16, 1, 1], [0, 2, 1, 3]),
      decoded("MatMul", [16, 1], [0, 1, 3, 2]),
      decoded("MatMul", [16], [0, 1, 3, 2]),
    ]
  ) {
    assert.deepEqual(found.groups.map(({ kind, last }) => [kind, last]), [["convolution", true]]);
    assert.ok(found.float.some(({ name }) => name === "dfl"));
  }
});

Deno.test("products count their multiply-adds, and have their scales along the right axis", () => {
  const found = planQuantization(modelOf(
    [
      makeNode("Gemm", "", ["x", "a"], ["b"], [int("transB", 1)]),
      makeNode("Gemm", "", ["b", "c"], ["d"]),
      makeNode("MatMul", "", ["d", "c"], ["e"]),
      makeNode("MatMul", "", ["left", "x2"], ["f"]),
      makeNode("MatMul", "", ["e", "f"], ["g"]),
      makeNode("MatMul", "", ["g", "right"], ["y"]),
    ],
    [value("x", [5, 4]), value("x2", [7, 6])],
    [value("y", [5, 6])],
    [weights("a", 7, 4), weights("c", 7, 7), weights("left", 7, 7), weights("right", 6, 6)],
  ));
  assert.deepEqual(found.groups.map((group) => group.channelAxis), [0, 1, 1, 0, undefined, 1]);
  assert.deepEqual(
    found.groups.map((group) => group.multiplyAdds),
    [5 * 4 * 7, 5 * 7 * 7, 5 * 7 * 7, 7 * 7 * 6, 5 * 7 * 6, 5 * 6 * 6],
  );
  assert.deepEqual(found.groups.at(-2)!.reads, ["e", "f"]);
});

Deno.test("a batch normalisation becomes part of the convolution before it", () => {
  const vector = (name: string, ...values: number[]) =>
    floatTensor(name, [values.length], Float32Array.from(values));
  const model = modelOf(
    [
      makeNode("Conv", "", ["x", "n.weight", "bias"], ["c"]),
      makeNode("BatchNormalization", "", ["c", "g", "b", "m", "v"], ["n"]),
      makeNode("Relu", "", ["n"], ["y"]),
    ],
    [value("x", [1, 1, 8, 8])],
    [value("y", [1, 2, 8, 8])],
    [
      floatTensor("n.weight", [2, 1, 1, 1], Float32Array.of(3, 5)),
      ...[vector("bias", 1, 1), vector("g", 2, 4), vector("b", 10, 20)],
      ...[vector("m", 0.5, 2), vector("v", 4, 16)],
    ],
    11,
  );
  const prepared = prepare(model);
  assert.deepEqual(prepared.graph.node.map(({ opType }) => opType), ["Conv", "Relu"]);
  assert.equal(prepared.opset, 13);
  const [convolution] = prepared.graph.node;
  const tensor = (name: string) => prepared.graph.initializer.find((entry) => entry.name === name)!;
  const near = (values: Float32Array, expected: number[]) =>
    values.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-4, `${values}`));
  assert.deepEqual(convolution!.input, ["x", "n.weight", "bias"]);
  assert.deepEqual(dimensions(tensor("n.weight")), [2, 1, 1, 1]);
  near(floats(tensor("n.weight")), [3, 5]);
  near(floats(tensor("bias")), [10.5, 19]);
  assert.equal(planQuantization(prepared).groups[0]!.id, "n");
  assert.equal(model.graph.node.length, 3); // as it was
});
