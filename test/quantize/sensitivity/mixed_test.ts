import assert from "node:assert/strict";
import { DataType } from "../../../src/onnx/messages.ts";
import type { OnnxModel } from "../../../src/onnx/mod.ts";
import { readCalibration } from "../../../src/quantize/calibration/mod.ts";
import { findMix, type MixLimits } from "../../../src/quantize/sensitivity/mixed.ts";
import type { Trials } from "../../../src/quantize/sensitivity/trials.ts";
import { openSubject } from "../../../src/quantize/subject.ts";
import { repository } from "../../shared.ts";

const parts = repository("pipelines/assets/parts-n.onnx");

/** The search over real models, whose losses and times are said, by how many groups are float. */
async function search(losses: readonly number[], slowdowns: readonly number[], limits: MixLimits) {
  const subject = await openSubject(parts, [], []);
  const calibration = await readCalibration(parts.replace(".onnx", ".calibration.json"));
  const groups = subject.plan.groups.filter(({ weights }) => weights !== undefined)
    .slice(0, losses.length - 1);
  let all = 0;
  const floats = ({ graph }: OnnxModel) => {
    const int8 =
      graph.initializer.filter(({ dims = [], dataType }) =>
        dataType === DataType.int8 && dims.length > 1
      ).length;
    all ||= int8; // the first that is run has no group in float
    return all - int8;
  };
  const trials = {
    options: { subject, size: subject.sizes[0]! },
    time: (models: readonly OnnxModel[]) =>
      Promise.resolve(models.map((model) => 1 + slowdowns[floats(model)]! / 100)),
  };
  const { int8, chosen, wanted } = await findMix({
    trials: trials as unknown as Trials,
    loss: (model) => Promise.resolve(losses[floats(model)]!),
    calibration,
    damages: groups.map((group, i) => ({ group, damage: losses.length - i })),
    keepFloat: new Set(),
    ...limits,
  });
  const told = (mix: typeof chosen) => [mix.float.length, mix.loss, mix.slowdown];
  return { int8: told(int8), chosen: told(chosen), wanted: wanted && told(wanted) };
}

const limits = { maxDrop: 0.3, maxSlowdown: 5 };

Deno.test("a mix: none where INT8 is good enough", async () => {
  assert.deepEqual(await search([0.2, 0.1], [0, 1], limits), {
    int8: [0, 0.2, undefined],
    chosen: [0, 0.2, undefined],
    wanted: undefined,
  });
});

Deno.test("a mix: the fewest groups in float that are within the loss", async () => {
  const { chosen, wanted } = await search([0.9, 0.7, 0.5, 0.25, 0.2], [0, 1, 2, 3, 4], limits);
  assert.deepEqual(chosen.map((value) => Math.round(100 * value!)), [300, 25, 300]);
  assert.equal(wanted, undefined);
});

Deno.test("a mix: the best within the time, where that does not do", async () => {
  const found = await search([0.9, 0.7, 0.5, 0.25, 0.2], [0, 2, 4, 9, 12], limits);
  assert.deepEqual(found.chosen.map((value) => Math.round(100 * value!)), [200, 50, 400]);
  assert.deepEqual(found.wanted!.slice(0, 2), [3, 0.25]);
});

Deno.test("a mix: never one that loses more than INT8", async () => {
  const found = await search([0.42, 0.58, 0.45, 0.25, 0.2], [0, 3, 8, 9, 12], limits);
  assert.deepEqual(found.chosen, [0, 0.42, 0]);
  assert.deepEqual(found.wanted!.slice(0, 2), [3, 0.25]);
});

Deno.test("a mix: few groups where a few do, though twice as many would not", async () => {
  const losses = [0.5, 0.55, 0.6, 0.55, 0.55, 0.4, 0.27, 0.35, 0.4, 0.35, 0.3, 0.3];
  const { chosen } = await search(losses, losses.map(() => 0), limits);
  assert.deepEqual(chosen.slice(0, 2), [6, 0.27]);
});
