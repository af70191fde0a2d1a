import assert from "node:assert/strict";
import { join } from "node:path";
import { modelBytes, parseModel, readModel, withOutputs, writeModel } from "../../src/onnx/mod.ts";
import { removeUnused } from "../../src/onnx/edit.ts";
import { makeNode } from "../../src/onnx/attributes.ts";
import { floats, floatTensor } from "../../src/onnx/tensor.ts";
import { onnxBytes } from "../model/build.ts";
import { chain } from "./build.ts";

Deno.test("adds inner tensors as outputs, once each, and leaves the model as it was", () => {
  const model = chain(["Relu", "Sigmoid", "Tanh"]);
  const more = withOutputs(model, ["t1", "t0", "t1", "t2"]);
  assert.deepEqual(more.graph.output.map((output) => output.name), ["t2", "t1", "t0"]);
  assert.deepEqual(model.graph.output.map((output) => output.name), ["t2"]);
  assert.throws(
    () => withOutputs(model, ["t9"]),
    /no node makes a tensor `t9`; did you mean `t0`\?/,
  );
  assert.throws(() => withOutputs(model, ["nothing like it"]), /no node makes .* it`$/);
});

Deno.test("takes out what no output needs", () => {
  const model = chain(["Relu", "Sigmoid"]);
  model.graph.initializer.push(floatTensor("unused", [1], new Float32Array(1)));
  model.graph.node.push(makeNode("Mul", "dead", ["t0", "unused"], ["gone"]));
  removeUnused(model);
  assert.deepEqual(model.graph.node.map((node) => node.opType), ["Relu", "Sigmoid"]);
  assert.deepEqual(model.graph.initializer, []);
  assert.deepEqual(model.graph.input.map((input) => input.name), ["x"]);
});

Deno.test("a file is written whole or not at all, and nothing is left beside it", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "m.onnx");
    const model = parseModel(onnxBytes({}), "m.onnx");
    writeModel(model, path);
    assert.deepEqual(Deno.readFileSync(path), Uint8Array.from(modelBytes(model)));
    const before = Deno.readFileSync(path);
    assert.throws(() => writeModel(model, join(path, "in a file.onnx")));
    Deno.mkdirSync(join(folder, "folder"));
    assert.throws(() => writeModel(model, join(folder, "folder")));
    assert.deepEqual(Deno.readFileSync(path), before);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "folder",
      "m.onnx",
    ]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("damaged models are errors, never others", () => {
  const whole = modelBytes(chain(["Relu"]));
  for (let length = 1; length < whole.length - 12; length++) {
    assert.throws(() => parseModel(whole.slice(0, length), "m.onnx"), /^ModelError: m\.onnx: /);
  }
});

Deno.test("a model of 200 MB is read, copied and written in less than twice its size", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const program = `
      import { parseModel, readModel, writeModel } from "${
      import.meta.resolve("../../src/onnx/mod.ts")
    }";
      const model = readModel(Deno.args[0]).clone();
      writeModel(model, Deno.args[1]);
      const status = Deno.readTextFileSync("/proc/self/status");
      console.log(/VmHWM:\\s+(\\d+)/.exec(status)[1]);
    `;
    const model = chain(["Relu"]);
    const weights = new Float32Array(50_000_000);
    weights[49_999_999] = 3;
    model.graph.initializer.push(floatTensor("w", [50_000_000], weights));
    const [from, to] = [join(folder, "from.onnx"), join(folder, "to.onnx")];
    writeModel(model, from);
    const script = join(folder, "copy.ts");
    Deno.writeTextFileSync(script, program);
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--config",
        join(import.meta.dirname!, "../../deno.json"),
        "-A",
        "--no-check",
        script,
        from,
        to,
      ],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const peak = Number(new TextDecoder().decode(stdout)) / 1000;
    console.log(`200 MB model: ${peak.toFixed(0)} MB at most`);
    assert.ok(peak < 400, `${peak} MB`);
    const copy = readModel(to).graph.initializer.at(-1)!;
    assert.equal(floats(copy).at(-1), 3);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
