import assert from "node:assert/strict";
import { join } from "node:path";
import { readModel } from "../../../src/onnx/mod.ts";
import { type Calibration, readCalibration } from "../../../src/quantize/calibration/mod.ts";
import { saturatingWeights } from "../../../src/quantize/complete/paired.ts";
import type { Runner } from "../../../src/runtime/int8/backend.ts";
import { weightsFor } from "../../../src/runtime/int8/prepare.ts";
import { lineside, withFolder } from "../../cli/lineside.ts";
import { repository } from "../../shared.ts";

Deno.test("weights are those that were measured, and paired wherever others would saturate", () => {
  const found = [true, false].flatMap((saturates) =>
    [undefined, "free", "paired"].map((weights) =>
      weightsFor({ saturates } as Runner, { weights } as Calibration)
    )
  );
  assert.deepEqual(found, ["paired", "paired", "paired", "free", "free", "paired"]);
});

Deno.test("quantize writes the weights that are wished for, or that this processor needs", () =>
  withFolder(async (folder) => {
    const model = repository("pipelines/assets/parts-n.onnx");
    const from = repository("pipelines/assets/parts-n.calibration.json");
    const saturate = async (form: string) => {
      const output = join(folder, form);
      const { code, stderr } = await lineside([
        ...["quantize", model, "--from", from, "--targets", "openvino", "--weights", form],
        ...["--output", output],
      ]);
      assert.equal(code, 0, stderr);
      const made = readModel(join(output, "parts-n.int8.openvino.onnx"));
      return saturatingWeights(made)?.groups.length;
    };
    assert.ok((await saturate("free") ?? 0) > 20);
    assert.equal(await saturate("paired"), undefined);
    assert.equal((await readCalibration(from)).weights, undefined);
    const { backends } = JSON.parse((await lineside(["devices", "--json"])).stdout);
    const [cpu] = backends.find(({ name }: { name: string }) => name === "openvino").devices;
    assert.equal(typeof cpu.saturates, "boolean");
    assert.equal((await saturate("auto")) === undefined, cpu.saturates);
  }));
