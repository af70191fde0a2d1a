import assert from "node:assert/strict";
import { damageTable } from "../../src/cli/quantize/damage_table.ts";
import type { Calibration } from "../../src/quantize/calibration/mod.ts";
import type { QuantGroup, QuantizationPlan } from "../../src/quantize/graph/mod.ts";
import type { Analysis } from "../../src/quantize/sensitivity/analyse.ts";
import type { Mixed } from "../../src/quantize/sensitivity/mixed.ts";
import type { Target } from "../../src/quantize/targets.ts";

const group = (id: string, multiplyAdds: number): QuantGroup => ({
  ...{ id, multiplyAdds, kind: "convolution", node: id, operators: ["Conv"], reads: ["x"] },
  ...{ output: id, head: false, last: false },
});
const groups = [group("first", 300), group("second", 100)];
const plan: QuantizationPlan = { groups, tensors: [], joins: [], float: [] };
const limits = { maxDrop: 0.3, maxSlowdown: 5 };

function text(mixed: Mixed, more: Partial<Analysis> = {}): string {
  const analysis: Analysis = {
    calibration: {} as Calibration,
    images: 64,
    measure: { kind: "expected", reference: 60 },
    damages: [{ group: groups[0]!, damage: 0.5 }, { group: groups[1]!, damage: 2 }],
    mixed,
    sizes: [],
    ...more,
  };
  const int8 = (target: Target) => {
    const { float } = (target === "tensorrt" ? analysis.tensorrt : mixed)!.chosen;
    return new Set(groups.map(({ id }) => id).filter((id) => !float.includes(id)));
  };
  return damageTable(analysis, plan, int8, limits);
}

Deno.test("table of damage: most first, with shares of the work, and what stays float", () => {
  const int8 = { float: [], loss: 0.9 };
  const told = text({ int8, chosen: { float: ["second"], loss: 0.2, slowdown: 1.25 } });
  assert.match(told, /^second +2\.00 +█{20} +25\.0 % +float\nfirst +0\.500 +█{5} +75\.0 % +INT8$/m);
  assert.match(
    told,
    /^loss of mAP to be expected, from 64 images: 0\.90 points in INT8, 0\.20 with 1 group float, which takes 1\.3 % more time$/m,
  );
  assert.doesNotMatch(told, /budget/);
});

Deno.test("table of damage: a budget of speed that is spent, and what more would reach", () => {
  const int8 = { float: [], loss: 0.9 };
  const told = text({
    int8,
    chosen: { ...int8, slowdown: 0 },
    wanted: { float: ["second"], loss: 0.28, slowdown: 9.2 },
  });
  assert.match(told, /^loss of mAP to be expected, from 64 images: 0\.90 points$/m);
  assert.match(
    told,
    /^0\.90 points, over 0\.30: the budget of speed, 5 %, is spent; --max-slowdown 10 would reach 0\.28 with 1 group float$/m,
  );
});

Deno.test("table of damage: says so where annotations were the measure", () => {
  const int8 = { float: [], loss: -0.1 };
  const told = text({ int8, chosen: int8 }, { measure: { kind: "annotations", reference: 60 } });
  assert.match(told, /^loss of mAP on 64 annotated images: -0\.10 points$/m);
});

Deno.test("table of damage: ranges for all sizes beside each size's own", () => {
  const int8 = { float: [], loss: 0.1 };
  const size = { width: 320, height: 192 };
  const sizes = [{ size, reference: 50, merged: 0.5, own: 0.25 }];
  const told = text({ int8, chosen: int8 }, { sizes });
  assert.match(told, /^320x192 +50\.00 +49\.50 +49\.75$/m);
});

Deno.test("table of damage: TensorRT's form beside OpenVINO's, with groups of its own in float", () => {
  const int8 = { float: [], loss: 0.2 };
  const tensorrt = {
    int8: { float: [], loss: 1.5 },
    chosen: { float: ["first"], loss: 0.5, slowdown: 4.4 },
  };
  const told = text({ int8, chosen: int8 }, { tensorrt });
  assert.match(told, /multiply-adds +OpenVINO +TensorRT$/m);
  assert.match(told, /^second .* 25\.0 % +INT8 +INT8\nfirst .* 75\.0 % +INT8 +float$/m);
  assert.match(
    told,
    /from 64 images: 0\.20 points\nin TensorRT's form: 1\.50 points in INT8, 0\.50 with 1 group float \(first\), which, by an estimate, takes 4\.4 % more time\n0\.50 points, over 0\.30: no groups in float within the budget of speed, 5 %, mend that; in 16 bits as a whole the model loses next to nothing, and is not much slower$/m,
  );
});

Deno.test("table of damage: a loss that no groups in float mend", () => {
  const int8 = { float: [], loss: 0.9 };
  const told = text({ int8, chosen: { ...int8, slowdown: 0 } });
  assert.match(told, /^0\.90 points, over 0\.30 with any of the groups in float that were tried$/m);
});
