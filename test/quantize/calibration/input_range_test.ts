import assert from "node:assert/strict";
import { inputRanges } from "../../../src/quantize/calibration/input_range.ts";
import { asymmetric } from "../../../src/quantize/export/ranges.ts";
import { plainPreprocessing as plain } from "./sketch.ts";

Deno.test("the grid of a picture's input is that of whole numbers: quantising loses nothing", () => {
  for (const [scale, std] of [[1 / 255, 1], [1, 1], [1, 57.1], [1 / 255, 0.226]] as const) {
    const { asymmetric: range, symmetric } = inputRanges({
      ...plain,
      scale,
      std: [std, std, std],
    });
    assert.deepEqual(symmetric, { min: -range.max, max: range.max });
    const grid = asymmetric(range);
    assert.equal(grid.zeroPoint, 0);
    for (let value = 0; value < 256; value++) {
      const put = Math.fround(value * scale / std);
      assert.equal(Math.round(put / grid.scale), value);
      assert.ok(Math.abs(value * grid.scale - put) <= 1e-6 * put);
    }
  }
});

Deno.test("a picture's input takes the whole range of its channels", () => {
  const imagenet = { ...plain, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
  const { method, asymmetric, symmetric } = inputRanges(imagenet);
  assert.deepEqual(method, { name: "minmax" });
  assert.deepEqual(asymmetric, { min: -0.485 / 0.229, max: (1 - 0.406) / 0.225 });
  assert.deepEqual(symmetric, { min: -asymmetric.max, max: asymmetric.max });
  const grey = { ...imagenet, order: "GREY" as const };
  assert.equal(inputRanges(grey).asymmetric.max, (1 - 0.485) / 0.229);
  // Zero lies within, whatever the scale.
  assert.equal(inputRanges({ ...plain, mean: [-1, -1, -1] }).asymmetric.min, 0);
});
