import assert from "node:assert/strict";
import { join } from "node:path";
import { GraphIndex, modelBytes, parseModel, readModel, writeModel } from "../../src/onnx/mod.ts";
import { dimensions, floats, numbers } from "../../src/onnx/tensor.ts";
import { output } from "../process.ts";
import { referencePython, repository, shared, skipped } from "../shared.ts";

const python = referencePython();
const needs = { "reference environment (scripts/references)": python };

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await output([python!, repository("test/onnx/make_models.py"), folder]);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Reads and writes each, and has Python say whether both files are the same model. */
async function unchanged(paths: readonly string[], folder: string): Promise<void> {
  const pairs = paths.flatMap((path, i) => {
    const copy = join(folder, `copy${i}.onnx`);
    writeModel(readModel(path), copy);
    return [path, copy];
  });
  const said = await output([python!, repository("test/onnx/compare.py"), ...pairs]);
  assert.deepEqual(said.trim().split("\n"), paths.map((path) => `equal ${path}`));
}

Deno.test({
  name: "what is read and written again is the same model to Python, of opset 9 and 22, all kinds",
  ignore: skipped("ONNX round trip", needs),
  fn: () =>
    inFolder(async (folder) => {
      const names = ["kinds13", "kinds22", "attributes", "opset9", "external", "inside"];
      await unchanged(names.map((name) => join(folder, `${name}.onnx`)), folder);
    }),
});

const models = shared("models");
Deno.test({
  name: "real models are the same after reading and writing",
  ignore: skipped("ONNX round trip of real models", { ...needs, "../shared/data/models": models }),
  fn: () =>
    inFolder((folder) =>
      unchanged([...Deno.readDirSync(models!)].map(({ name }) => join(models!, name)), folder)
    ),
});

Deno.test({
  name: "numbers are the same however they are stored",
  ignore: skipped("ONNX tensors", needs),
  fn: () =>
    inFolder((folder) => {
      const { graph } = readModel(join(folder, "kinds22.onnx"));
      const tensor = (name: string) => graph.initializer.find((entry) => entry.name === name)!;
      for (const name of ["float", "double", "half", "brain", "raw float", "raw half"]) {
        assert.deepEqual([...floats(tensor(name))], [-2.5, 0, 1.5, 1024], name);
      }
      const all = (name: string) => [...numbers(tensor(name))];
      assert.deepEqual(all("int8"), [-128, 127]);
      assert.deepEqual(all("uint8"), [0, 255]);
      assert.deepEqual(all("int32"), [-(2 ** 31), 2 ** 31 - 1]);
      assert.deepEqual(all("int64"), [-(2 ** 63), 2 ** 63, 7]);
      assert.deepEqual(all("raw int64"), [-1, 2 ** 62]);
      assert.deepEqual(all("bool"), [1, 0]);
      assert.deepEqual(dimensions(tensor("empty")), [0, 3]);
      assert.deepEqual(all("empty"), []);
      assert.throws(() => numbers(tensor("text")), /tensor `text` has data type 8, no numbers/);
      assert.throws(() => floats(tensor("int8")), /`int8` has data type 3, not a float/);
      const short = { ...tensor("raw float"), dims: [5] };
      assert.throws(() => numbers(short), /shape \[5\] should hold 5 numbers, but 4 were found/);

      const index = new GraphIndex(graph);
      assert.equal(index.producer("y")?.name, "last");
      assert.deepEqual(index.uses("x").map((use) => [use.node.opType, use.index]), [["If", -1]]);
      assert.deepEqual([...numbers(index.constant("constant")!)], [2]);
      return Promise.resolve();
    }),
});

Deno.test({
  name: "external data is read from the model's own folder alone",
  ignore: skipped("ONNX external data", needs),
  fn: () =>
    inFolder(async (folder) => {
      const path = join(folder, "external.onnx");
      const bytes = await Deno.readFile(path);
      const at = (change: (location: string) => string) => {
        const model = parseModel(bytes, path);
        for (const tensor of model.graph.initializer) {
          const entry = tensor.externalData!.find(({ key }) => key === "location")!;
          entry.value = change(entry.value!);
        }
        const other = join(folder, "moved.onnx");
        Deno.writeFileSync(other, modelBytes(model));
        return () => readModel(other);
      };
      assert.equal(at((location) => `./${location}`)().graph.initializer.length, 2);
      assert.throws(
        at(() => "../w"),
        /`w` is said to be in \.\.\/w; only files in the model's own/,
      );
      assert.throws(at(() => "/etc/passwd"), /only files in the model's own folder/);
      assert.throws(at(() => "gone.bin"), /should be in .*gone\.bin, which does not exist/);
      await Deno.symlink("/etc/passwd", join(folder, "link.bin"));
      assert.throws(at(() => "link.bin"), /a link to \/etc\/passwd outside the model's own folder/);
      await Deno.truncate(join(folder, "weights.bin"), 100);
      assert.throws(() => readModel(path), /bytes 0 to 1200 of weights\.bin, which has 100/);
    }),
});
