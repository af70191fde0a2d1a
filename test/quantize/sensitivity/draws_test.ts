import assert from "node:assert/strict";
import type { OnnxModel } from "../../../src/onnx/mod.ts";
import { drawn, drawRanges } from "../../../src/quantize/sensitivity/draws.ts";
import { RangeChoices } from "../../../src/quantize/sensitivity/methods.ts";
import { measuredAnew, wholeErrors } from "../../../src/quantize/sensitivity/ranges.ts";
import type { Trials } from "../../../src/quantize/sensitivity/trials.ts";
import { targetModel } from "../../../src/quantize/targets.ts";
import { calibration, groups, input, scales, subject } from "./scales.ts";

/**
 * The search over real models, whose errors are said: a sum of what each group's factor makes, of one
 * alone or of all.
 */
async function search(
  error: (group: number, factor: number, alone: boolean) => number,
  damages: number[],
) {
  const before = scales(targetModel(subject, calibration, "openvino", new Set()));
  let [runs, ended, steps] = [0, 0, 0];
  const trials = {
    options: { subject },
    error: (model: OnnxModel, _most: number, goOn: (first: number) => boolean = () => true) => {
      runs++;
      const found = scales(model);
      const alone = found.filter((scale) => scale !== undefined).length === 1;
      const all = found.reduce<number>(
        (sum, scale, group) =>
          scale === undefined
            ? sum
            : sum + error(group, Math.round(100 * scale / before[group]!) / 100, alone),
        0,
      );
      if (goOn(all)) return Promise.resolve({ first: all, all });
      ended++;
      return Promise.resolve({ first: all, all: Infinity });
    },
  };
  const options = {
    trials: trials as unknown as Trials,
    scheme: "asymmetric" as const,
    choices: new RangeChoices(calibration, input, "asymmetric"),
    keepFloat: new Set<string>(),
    most: 1,
    step: () => steps++,
  };
  const done = groups.map((group, i) => ({ group, damage: damages[i]! }));
  const [error0] = await wholeErrors(options, [calibration]);
  const start = { calibration, error: error0! };
  const result = await drawRanges(options, start, done);
  const again = await measuredAnew(options, done, result);
  const after = scales(targetModel(subject, result.calibration, "openvino", new Set()));
  const factors = after.map((scale, i) => Math.round(100 * scale! / before[i]!) / 100);
  return { ...result, damages: again, factors, runs, ended, steps };
}

Deno.test("draws: the worst groups' ranges change a little where that is better", async () => {
  assert.equal(groups.length, 6);
  const best = [1.05, 1.03, 1, 0.97, 1.02, 1.01];
  const { factors, damages, runs, ended, steps } = await search(
    (group, factor) => Math.abs(factor - best[group]!) + 0.001,
    [9, 8, 7, 6, 5, 4],
  );
  // Not the picture's range, not the one that is best as it is, and four groups in all.
  assert.deepEqual(factors, [1, 1.03, 1, 0.97, 1, 1]);
  // What those do now is measured anew.
  assert.deepEqual(damages.map(({ damage }) => damage < 1 ? "anew" : damage), [
    ...[9, "anew", 7, "anew", 5, 4],
  ]);
  // Three groups alone, as they are and by 21 factors; of two of them three in the whole model.
  assert.equal(runs, 1 + 3 * 22 + 2 * 3 + 2);
  // The three are compared with what was there before, and all are better.
  assert.equal(ended, 0);
  assert.equal(steps, 4);
});

Deno.test("draws: ranges stay where others gain next to nothing, or groups do little harm", async () => {
  const same = await search((_, factor) => factor > 1 ? 0.995 : 1, [6, 5, 4, 3, 2, 1]);
  assert.deepEqual(same.factors, [1, 1, 1, 1, 1, 1]);
  assert.equal(same.calibration, calibration);
  const list = (damages: number[]) =>
    drawn(groups.map((group, i) => ({ group, damage: damages[i]! }))).map(({ damage }) => damage);
  assert.deepEqual(list([1, 9, 1.2, 3, 0.5, 1.1]), [9, 3, 1.2]);
  assert.deepEqual(list([9, 9, 9, 9, 9, 9]), [9, 9, 9, 9]);
  assert.deepEqual(list([0, 0, 0, 0, 0, 0]), [0, 0, 0, 0]);
  assert.deepEqual(drawn([]), []);
});

Deno.test("draws: what is better alone and not in the whole model is not taken", async () => {
  const { factors, runs, ended } = await search(
    (_, factor, alone) => alone ? Math.abs(factor - 1.1) + 0.001 : Math.abs(factor - 1) + 0.001,
    [0, 9, 1, 1, 1, 1],
  );
  assert.deepEqual(factors, [1, 1, 1, 1, 1, 1]);
  assert.equal(runs, 1 + 22 + 3);
  assert.equal(ended, 3);
});
