import assert from "node:assert/strict";
import {
  calibrated,
  type Calibration,
  type Method,
  methodText,
} from "../../../src/quantize/calibration/mod.ts";
import type { QuantGroup, QuantizationPlan } from "../../../src/quantize/graph/mod.ts";
import { RangeChoices } from "../../../src/quantize/sensitivity/methods.ts";
import { scaleTensors } from "../../../src/quantize/sensitivity/ranges.ts";
import { ownCalibration } from "../../../src/quantize/sensitivity/sizes.ts";
import { histogramOfValues } from "../calibration/sketch.ts";

const minmax: Method = { name: "minmax" };
/** Nearly all below 1, a few far out. */
const tailed = (end: number) => (i: number) => i % 20_000 === 7 ? end : (i % 1000) / 1000;

function calibration(...ends: number[]): Calibration {
  const values = (end: number) => Array.from({ length: 100_000 }, (_, i) => tailed(end)(i));
  const tensor = (name: string) =>
    calibrated(ends.map((end) => histogramOfValues(values(end), 4096, name)), minmax);
  return {
    tool: "test",
    model: { file: "m.onnx", sha256: "0".repeat(64) },
    images: { count: 1, skipped: 0, sha256: "0".repeat(64) },
    sizes: ends.map((_, i) => ({ width: 32 * (i + 1), height: 32 })),
    preprocessing: {} as Calibration["preprocessing"],
    method: "minmax",
    tensors: [tensor("images"), tensor("a")],
  };
}

Deno.test("choices of range: from the narrowest to the widest, alike ones once", () => {
  const choices = new RangeChoices(calibration(40), "images", "asymmetric");
  const texts = choices.ladder(new Set(["a"]), minmax).map(methodText);
  assert.ok(texts.includes("minmax") && texts.length >= 2, texts.join());
  const widths = choices.ladder(new Set(["a"]), minmax)
    .map((method) => choices.tensor("a", method)!.asymmetric.max);
  assert.deepEqual(widths, widths.toSorted((p, q) => p - q));
  assert.equal(widths.at(-1), 40);
  assert.ok(widths[0]! < 2, widths.join());
  for (const [i, width] of widths.entries()) {
    assert.ok(i === 0 || width > 1.02 * widths[i - 1]!, widths.join());
  }
});

Deno.test("choices of range: pictures keep theirs, others have the method asked for", () => {
  const before = calibration(40);
  const choices = new RangeChoices(before, "images", "asymmetric");
  const narrow: Method = { name: "percentile", value: 99.9 };
  const { method, tensors: [images, a] } = choices.with(() => narrow);
  assert.equal(method, "auto");
  assert.equal(images, before.tensors[0]);
  assert.deepEqual([a!.method, a!.symmetricMethod, a!.symmetric.max], [narrow, minmax, 40]);
  assert.ok(a!.asymmetric.max < 2);
  // The same tensors alone are the same ladder, whatever the picture's range.
  assert.deepEqual(choices.ladder(new Set(["images"]), minmax), [minmax]);
});

Deno.test("choices of range: the other scheme's stay as they are", () => {
  const narrow: Method = { name: "percentile", value: 99.9 };
  const choices = new RangeChoices(calibration(40), "images", "symmetric");
  const { tensors: [, a] } = choices.with(() => narrow);
  assert.deepEqual([a!.method, a!.symmetricMethod, a!.asymmetric.max], [minmax, narrow, 40]);
  assert.ok(a!.symmetric.max < 2 && a!.symmetric.min === -a!.symmetric.max);
  // Widened since it was found, or found in another way: that is not undone.
  const before = calibration(40);
  const tensors = before.tensors.map((tensor) => ({
    ...tensor,
    asymmetric: { min: 0, max: 41 },
    symmetric: { min: -42, max: 42 },
  }));
  const of = (scheme: "symmetric" | "asymmetric") =>
    new RangeChoices({ ...before, tensors }, "images", scheme).with(() => narrow).tensors[1]!;
  assert.equal(of("symmetric").asymmetric.max, 41);
  assert.equal(of("asymmetric").symmetric.max, 42);
});

Deno.test("tensors that may share a scale: what is read, and what joins made it of", () => {
  const join = (node: string, ...tensors: string[]) => ({ node, operator: "Concat", tensors });
  const plan = {
    joins: [
      join("half", "whole", "half"),
      join("all", "half", "other", "all"),
      join("z", "y", "z"),
      { node: "left", operator: "Split", tensors: ["whole", "left", "right"] },
    ],
  } as unknown as QuantizationPlan;
  const reads = (name: string) => ({ reads: [name] }) as unknown as QuantGroup;
  assert.deepEqual([...scaleTensors(plan, reads("all"))].sort(), ["all", "half", "other", "whole"]);
  assert.deepEqual([...scaleTensors(plan, reads("whole"))], ["whole"]);
  for (const half of ["left", "right"]) {
    assert.deepEqual([...scaleTensors(plan, reads(half))].sort(), ["left", "right", "whole"]);
  }
});

Deno.test("a size's own calibration: its histograms alone, the picture's range as it is", () => {
  const merged = calibration(40, 10);
  const own = ownCalibration(merged, 1, "images");
  assert.deepEqual(own.sizes, [{ width: 64, height: 32 }]);
  assert.deepEqual(own.tensors.map(({ histograms }) => histograms.length), [1, 1]);
  assert.deepEqual(own.tensors.map(({ asymmetric }) => asymmetric.max), [40, 10]);
});
