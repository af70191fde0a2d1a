import assert from "node:assert/strict";
import type { OnnxModel } from "../../../src/onnx/mod.ts";
import { methodText } from "../../../src/quantize/calibration/mod.ts";
import { candidateMethods, RangeChoices } from "../../../src/quantize/sensitivity/methods.ts";
import { bestMethod, refineRanges } from "../../../src/quantize/sensitivity/ranges.ts";
import type { ErrorTrials } from "../../../src/quantize/sensitivity/trials.ts";
import { targetModel } from "../../../src/quantize/targets.ts";
import { calibration, groups, input, scales, subject } from "./scales.ts";

const choices = new RangeChoices(calibration, input, "asymmetric");
const scalesBy = (method: (tensor: string) => typeof candidateMethods[number]) =>
  scales(targetModel(subject, choices.with(method), "openvino", new Set()));

/**
 * The choice of ranges over real models, whose errors are said: how far the groups' scales are from
 * those wished for.
 */
async function choose(wished: readonly (number | undefined)[]) {
  let [runs, ended] = [0, 0];
  const trials: ErrorTrials = {
    options: { subject },
    async error(model: OnnxModel, _most, goOn = () => true) {
      runs++;
      const all = scales(model).reduce<number>(
        (sum, scale, i) => sum + Math.abs(Math.log(scale! / wished[i]!)),
        0.01,
      );
      if (await goOn(all)) return { first: all, all };
      ended++;
      return { first: all, all: Infinity };
    },
  };
  const options = {
    ...{ trials, choices, scheme: "asymmetric" as const, keepFloat: new Set<string>() },
    step: () => {},
  };
  const best = await bestMethod(options);
  const damages = groups.map((group, i) => ({ group, damage: groups.length - i }));
  const refined = await refineRanges(options, best, damages);
  const found = scales(targetModel(subject, refined.calibration, "openvino", new Set()));
  return { best, refined, found, runs, ended };
}

Deno.test("ranges: the method nearest to the float model, then what groups do better with", async () => {
  const [usual, narrow] = [candidateMethods[0]!, candidateMethods[3]!];
  const changed = new Set(groups[3]!.reads);
  const wished = scalesBy((tensor) => changed.has(tensor) ? narrow : usual);
  assert.notDeepEqual(wished, scalesBy(() => usual));
  const { best, refined, found, runs, ended } = await choose(wished);
  assert.equal(methodText(best.method), methodText(usual));
  assert.deepEqual(found, wished);
  assert.deepEqual([...refined.changed], [...changed]);
  assert.equal(Math.round(1000 * refined.error.all), 10);
  // What is worse on the first pictures is run on no more: all but the first method and what was kept.
  assert.ok(runs - ended >= 2 && ended > candidateMethods.length - 2, `${ended} of ${runs}`);
});
