import assert from "node:assert/strict";
import { makeNode } from "../../src/onnx/attributes.ts";
import { withBatch } from "../../src/onnx/batch.ts";
import { declaredShape } from "../../src/onnx/model.ts";
import { integerTensor, numbers } from "../../src/onnx/tensor.ts";
import { modelOf, value } from "./build.ts";

function reshaping(input: (number | string)[], shape = [1, 12]) {
  return modelOf(
    [makeNode("Relu", "", ["x"], ["t"]), makeNode("Reshape", "", ["t", "shape"], ["y"])],
    [value("x", input)],
    [value("y", [1, 12])],
    [integerTensor("shape", shape)],
  );
}

Deno.test("a model for one picture takes several", () => {
  const model = reshaping([1, 3, 4]);
  const batched = withBatch(model, 8);
  const { graph } = batched;
  assert.deepEqual(declaredShape(graph.input[0]!), [8, 3, 4]);
  assert.deepEqual(declaredShape(graph.output[0]!), [8, 12]);
  const shape = graph.initializer.find(({ name }) => name === graph.node[1]!.input[1])!;
  assert.deepEqual([...numbers(shape)], [8, 12]);
  assert.deepEqual(declaredShape(model.graph.input[0]!), [1, 3, 4]); // as it was
});

Deno.test("a shape that does not say how many pictures there are is left alone", () => {
  const { graph } = withBatch(reshaping([1, 3, 4], [-1, 12]), 2);
  assert.equal(graph.node[1]!.input[1], "shape");
  assert.deepEqual(declaredShape(withBatch(reshaping(["batch", 3, 4]), 2).graph.input[0]!), [
    2,
    3,
    4,
  ]);
});

Deno.test("a model that takes a number of its own is refused", () => {
  assert.throws(
    () => withBatch(reshaping([4, 3, 4]), 2),
    /its input `x` takes 4 pictures at once; 1 or any is expected/,
  );
});
