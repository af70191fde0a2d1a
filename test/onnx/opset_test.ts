import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { readModel, writeModel } from "../../src/onnx/mod.ts";
import { upgradeOpset } from "../../src/onnx/opset.ts";
import { output } from "../process.ts";
import { referencePython, repository, shared, skipped } from "../shared.ts";
import { chain } from "./build.ts";

const python = referencePython();
const needs = { "reference environment (scripts/references)": python };

/** Upgrades each to each, and has Python check the result and compare what is computed. */
async function computesTheSame(paths: readonly string[], versions: readonly number[]) {
  const folder = Deno.makeTempDirSync();
  try {
    const pairs = paths.flatMap((path) =>
      versions.flatMap((version) => {
        const upgraded = join(folder, `${basename(path)}.${version}.onnx`);
        const model = upgradeOpset(readModel(path), version);
        assert.ok(model.opset >= version);
        writeModel(model, upgraded);
        return [path, upgraded];
      })
    );
    const said = await output([python!, repository("test/onnx/compare.py"), "--outputs", ...pairs]);
    assert.equal(said.trim().split("\n").length, paths.length * versions.length);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test({
  name: "operators that changed compute the same in a newer opset",
  ignore: skipped("opset upgrade", needs),
  async fn() {
    const folder = Deno.makeTempDirSync();
    try {
      await output([python!, repository("test/onnx/make_old.py"), folder]);
      const paths = ["seven", "nine", "ten", "eleven"].map((name) => join(folder, `${name}.onnx`));
      await computesTheSame(paths, [13, 19, 21]);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

const models = shared("models");
Deno.test({
  name: "real models compute the same in a newer opset",
  ignore: skipped("opset upgrade of real models", { ...needs, "../shared/data/models": models }),
  fn: () =>
    computesTheSame(
      ["yolov8n_fp32_reconstructed", "yolox_nano_coco_416_fp32", "osnet_x0_25_msmt17"].map((name) =>
        join(models!, `${name}.onnx`)
      ),
      [13, 21],
    ),
});

Deno.test("an operator that may have changed is named", () => {
  const model = chain(["Relu", "GridSample"]);
  assert.equal(upgradeOpset(model, 13), model);
  assert.throws(
    () => upgradeOpset(model, 17),
    /opset 13 to 17: the operator GridSample \(node `n1`\) may have changed in between/,
  );
  model.message.opsetImport[0]!.version = 6;
  assert.throws(() => upgradeOpset(model, 13), /is of opset 6; opset 7 or newer is expected/);
});
