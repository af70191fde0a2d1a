import assert from "node:assert/strict";
import {
  type Calibration,
  calibrationOf,
  channelRanges,
} from "../../../src/quantize/calibration/mod.ts";
import type { Observed } from "../../../src/quantize/calibration/mod.ts";
import { candidateMethods, RangeChoices } from "../../../src/quantize/sensitivity/methods.ts";
import { histogramOfValues } from "../calibration/sketch.ts";

/** A dim picture with one bright spot, and a tensor inside; channels of both are told apart. */
function calibration(): Calibration {
  const channels = [{ min: 0.1, max: 0.5, mean: 0.3 }];
  const values = [...Array.from({ length: 999 }, (_, i) => i / 5000), 0.5];
  const histograms = new Map(["images", "inner"].map((name) => [
    name,
    { ...histogramOfValues(values, 4096, name), channels },
  ]));
  const observed: Observed = {
    sizes: [{ width: 8, height: 8, histograms }],
    images: { count: 1, skipped: [], sha256: "0".repeat(64) },
    warnings: [],
  };
  return calibrationOf(observed, {
    ...{ tool: "test", model: { file: "m.onnx", sha256: "0".repeat(64) }, input: "images" },
    ...{ method: { name: "percentile", value: 90 }, byChannel: new Set(["images", "inner"]) },
    preprocessing: {
      ...{ align: "center", pad: 114, upscale: true, layout: "NCHW", type: "f32", order: "RGB" },
      ...{ scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
    },
  });
}

Deno.test("a picture's input keeps the range of its whole numbers, whichever method is tried", () => {
  const start = calibration();
  const choices = new RangeChoices(start, "images", "asymmetric");
  const inner = new Set<number>();
  for (const method of candidateMethods) {
    const { tensors } = choices.with(() => method);
    const [input, other] = tensors;
    assert.deepEqual([input!.name, other!.name], ["images", "inner"]);
    assert.deepEqual(input!.asymmetric, { min: 0, max: 1 });
    assert.deepEqual(input!.symmetric, { min: -1, max: 1 });
    assert.deepEqual(other!.method, method);
    inner.add(other!.asymmetric.max);
  }
  assert.ok(inner.size > 1);
  assert.deepEqual(choices.ladder(new Set(["images"]), candidateMethods[0]!), [
    candidateMethods[0],
  ]);
});

Deno.test("it has no ranges by channel, which would be of what was seen", () => {
  const ranges = channelRanges(calibration());
  assert.deepEqual([...ranges.keys()], ["inner"]);
});
