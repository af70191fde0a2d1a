import assert from "node:assert/strict";
import { GraphIndex } from "../../../src/onnx/mod.ts";
import { floats } from "../../../src/onnx/tensor.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { addToBiases } from "../../../src/quantize/transform/biases.ts";
import { depths } from "../../../src/quantize/transform/depths.ts";
import { c2f } from "../export/build.ts";

Deno.test("corrections are added to biases, once and again; a group without one gets it", () => {
  const model = c2f();
  const plan = planQuantization(model);
  const [first] = plan.groups;
  const biasOf = () => {
    const index = new GraphIndex(model.graph);
    const name = index.producer(first!.node)!.input[2];
    return name === undefined ? undefined : [...floats(index.constant(name)!)];
  };
  assert.equal(biasOf(), undefined);
  addToBiases(model, plan, { [first!.id]: [1, 2, 3, 4] });
  assert.deepEqual(biasOf(), [1, 2, 3, 4]);
  addToBiases(model, plan, { [first!.id]: [0.5, 0, 0, -4] });
  assert.deepEqual(biasOf(), [1.5, 2, 3, 0]);
});

Deno.test("corrections that do not fit are refused, the group named", () => {
  const model = c2f();
  const plan = planQuantization(model);
  const add = (id: string, added: number[]) => () => addToBiases(model, plan, { [id]: added });
  const { id } = plan.groups[0]!;
  assert.throws(add(id, [1]), new RegExp(`the group ${id} has 4 biases .* there are 1 corr`));
  assert.throws(add("nowhere", [1]), /the group nowhere has no biases/);
  const sum = plan.groups.find(({ kind }) => kind === "sum")!;
  assert.throws(add(sum.id, [1]), new RegExp(`${sum.id} has no biases`));
});

Deno.test("a group's depth is that of the longest way to it", () => {
  const { graph } = c2f();
  const plan = planQuantization(c2f());
  const depth = depths(graph, plan);
  const of = (node: string) => depth.get(plan.groups.find((group) => group.node === node)!.id);
  assert.deepEqual(["a.c", "b.c", "c.c", "d", "f.c", "y.c"].map(of), [1, 2, 3, 4, 5, 6]);
});
