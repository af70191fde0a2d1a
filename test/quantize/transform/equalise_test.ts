import assert from "node:assert/strict";
import { integerAttribute, makeNode } from "../../../src/onnx/attributes.ts";
import type { AttributeMessage, NodeMessage, TensorMessage } from "../../../src/onnx/messages.ts";
import { modelBytes, type OnnxModel } from "../../../src/onnx/mod.ts";
import { floatTensor, integerTensor } from "../../../src/onnx/tensor.ts";
import { openNative } from "../../../src/native/mod.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { equalise, equalPairs } from "../../../src/quantize/transform/equalise.ts";
import { modelOf, value } from "../../onnx/build.ts";
import { withFolder } from "../../cli/lineside.ts";
import { noBackend } from "../../runtime/int8/material.ts";
import { answersOf, distance } from "./answers.ts";

const ignore = await noBackend("equalisation");

/** Numbers of chance, near 1 in size, the rows of which are of very different sizes. */
function uneven(shape: readonly number[], seed: number, spread = 4): Float32Array {
  const row = shape.slice(1).reduce((product, size) => product * size, 1);
  return Float32Array.from(
    { length: row * shape[0]! },
    (_, i) => Math.sin(seed + i * 1.7) * spread ** ((Math.floor(i / row) * 5 + seed) % 7 - 3),
  );
}

/** Layers one after another, each reading what the one before it made. */
class Sketch {
  readonly nodes: NodeMessage[] = [];
  readonly initializer: TensorMessage[] = [];
  #at = "images";

  put(name: string, op: string, tensors: TensorMessage[], attributes: AttributeMessage[] = []) {
    this.initializer.push(...tensors);
    const inputs = [this.#at, ...tensors.map((tensor) => tensor.name!)];
    this.nodes.push(makeNode(op, "", inputs, [name], attributes));
    this.#at = name;
    return this;
  }

  layer(name: string, op: string, shape: number[], bias: number, attributes = {}) {
    const seed = this.nodes.length + 1;
    const integers = Object.entries(attributes as Record<string, number>)
      .map(([key, number]) => integerAttribute(key, number));
    return this.put(name, op, [
      floatTensor(`${name}.weight`, shape, uneven(shape, seed)),
      ...bias > 0 ? [floatTensor(`${name}.bias`, [bias], uneven([bias], seed + 1))] : [],
    ], integers);
  }

  model(outputs: Record<string, number[]>): OnnxModel {
    return modelOf(
      this.nodes,
      [value("images", [1, 3, 8, 8])],
      Object.entries(outputs).map(([name, shape]) => value(name, shape)),
      this.initializer,
    );
  }
}

const pairsOf = (model: OnnxModel) =>
  equalPairs(model, planQuantization(model)).map(({ first, second }) => `${first.id} ${second.id}`);

const convolutions = () =>
  new Sketch()
    .layer("a", "Conv", [8, 3, 1, 1], 8)
    .put("a.r", "Relu", [])
    .layer("b", "Conv", [8, 1, 3, 3], 8, { group: 8 })
    .put("b.r", "LeakyRelu", [])
    .layer("c", "Conv", [12, 4, 1, 1], 0, { group: 2 })
    .layer("d", "ConvTranspose", [12, 3, 2, 2], 6, { group: 2 })
    .put("d.r", "PRelu", [floatTensor("slope", [6, 1, 1], uneven([6, 1, 1], 1, 1))])
    .layer("e", "Conv", [4, 6, 1, 1], 4)
    .model({ e: [1, 4, 7, 7] });

const products = () =>
  new Sketch()
    .layer("a", "Conv", [8, 3, 1, 1], 8)
    .put("mean", "GlobalAveragePool", [])
    .put("flat", "Reshape", [integerTensor("shape", [1, 8])])
    .layer("b", "Gemm", [8, 10], 10)
    .put("b.r", "Relu", [])
    .layer("c", "Gemm", [6, 10], 6, { transB: 1 })
    .layer("d", "MatMul", [6, 9], 0)
    .put("d.b", "Add", [floatTensor("d.bias", [9], uneven([9], 2))])
    .put("d.r", "Relu", [])
    .layer("e", "MatMul", [9, 4], 0)
    .model({ e: [1, 4] });

Deno.test({
  name: "an equalised model computes the same: convolutions of all kinds, and products",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const native = openNative({ threads: 1 });
      try {
        const cases = [
          [convolutions(), ["a b", "b c", "c d", "d e"]],
          [products(), ["b c", "c d", "d e"]],
        ] as const;
        for (const [model, pairs] of cases) {
          assert.deepEqual(pairsOf(model), pairs);
          const before = modelBytes(model);
          const equal = equalise(model, planQuantization(model));
          assert.deepEqual(modelBytes(model), before);
          assert.notDeepEqual(modelBytes(equal), before);
          assert.deepEqual(modelBytes(equalise(model, planQuantization(model))), modelBytes(equal));
          assert.deepEqual(planQuantization(equal), planQuantization(model));
          const expected = await answersOf(native, folder, model);
          assert.ok(Math.hypot(...expected.flat()) > 0.1);
          const far = distance(await answersOf(native, folder, equal), expected);
          assert.ok(far < 1e-5, `${pairs}: ${far}`);
        }
      } finally {
        await native.close();
      }
    }),
});

Deno.test("the weights of a pair have like ranges afterwards; dead channels stay", () => {
  const first = floatTensor("a.weight", [3, 1, 1, 1], Float32Array.of(4, 0, 0.5));
  const second = floatTensor("b.weight", [2, 3, 1, 1], Float32Array.of(1, 7, -2, 0.25, 1, 1));
  const bias = floatTensor("bias", [3], Float32Array.of(1, 1, 1));
  const model = modelOf(
    [
      makeNode("Conv", "", ["images", "a.weight", "bias"], ["a"]),
      makeNode("Conv", "", ["a", "b.weight"], ["b"]),
    ],
    [value("images", [1, 1, 4, 4])],
    [value("b", [1, 2, 4, 4])],
    [first, second, bias],
  );
  const { graph } = equalise(model, planQuantization(model));
  const numbers = (name: string) => {
    const bytes = graph.initializer.find((tensor) => tensor.name === name)!.rawData!;
    return [...new Float32Array(bytes.slice().buffer)];
  };
  // √(4 / 1) = 2 and √(0.5 / 2) = 1/2.
  assert.deepEqual(numbers("a.weight"), [2, 0, 1]);
  assert.deepEqual(numbers("b.weight"), [2, 7, -1, 0.5, 1, 0.5]);
  assert.deepEqual(numbers(graph.node[0]!.input[2]!), [0.5, 1, 2]);
});

Deno.test("no pair: what is no positive multiple, is read twice, is an output, or is shared", () => {
  const two = (between: (sketch: Sketch) => Sketch) =>
    between(new Sketch().layer("a", "Conv", [4, 3, 1, 1], 4)).layer("b", "Conv", [4, 4, 1, 1], 0);
  const out = { b: [1, 4, 8, 8] };
  assert.deepEqual(pairsOf(two((sketch) => sketch).model(out)), ["a b"]);
  for (const operator of ["Clip", "HardSwish", "Elu", "Sigmoid"]) {
    const model = two((sketch) => sketch.put("r", operator, [])).model(out);
    model.message.opsetImport[0]!.version = 14;
    assert.deepEqual(pairsOf(model), [], operator);
  }
  const silu = two((sketch) => sketch.put("s", "Sigmoid", []));
  silu.nodes.splice(2, 0, makeNode("Mul", "", ["a", "s"], ["m"]));
  silu.nodes[3]!.input[0] = "m";
  assert.deepEqual(pairsOf(silu.model(out)), []);
  assert.deepEqual(pairsOf(two((sketch) => sketch).model({ ...out, a: [1, 4, 8, 8] })), []);
  const twice = two((sketch) => sketch);
  twice.nodes.push(makeNode("Add", "", ["a", "b"], ["y"]));
  assert.deepEqual(pairsOf(twice.model({ y: [1, 4, 8, 8] })), []);
  const shared = two((sketch) => sketch);
  shared.nodes.push(makeNode("Conv", "", ["b", "b.weight"], ["y"]));
  assert.deepEqual(pairsOf(shared.model({ y: [1, 4, 8, 8] })), []);
});
