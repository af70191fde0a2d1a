import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeSizes, widened } from "../../../src/quantize/calibration/mod.ts";
import { histogramOfValues, tensorValues } from "./sketch.ts";

const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

Deno.test("a wider range is as if it had been so from the start", () =>
  fc.assert(
    fc.property(tensorValues, fc.integer({ min: 0, max: 60 }), (values, more) => {
      const histogram = histogramOfValues(values);
      const exponent = histogram.exponent + more;
      const expected = new Float64Array(4096);
      for (const value of values) expected[Math.floor(value / 2 ** exponent * 2048) + 2048]!++;
      const wide = widened(histogram, exponent);
      assert.deepEqual(wide.bins, expected);
      assert.equal(wide.exponent, exponent);
    }),
  ));

Deno.test("each size weighs the same, however many values it has", () => {
  const small = histogramOfValues([1, 1, 1, 1]);
  const large = histogramOfValues(Array(10_000).fill(-6));
  const merged = mergeSizes([small, large]);
  assert.equal(merged.count, 10_004);
  assert.equal(merged.exponent, 3);
  assert.equal(merged.bins[2048 + 256], 5002);
  assert.equal(merged.bins[2048 - 6 * 256], 5002);
  assert.deepEqual([merged.min, merged.max, merged.meanAbsolute], [-6, 1, 3.5]);
});

Deno.test("merging keeps all counts, and one size is as it was", () =>
  fc.assert(
    fc.property(fc.array(tensorValues, { minLength: 1, maxLength: 4 }), (sizes) => {
      const merged = mergeSizes(sizes.map((values) => histogramOfValues(values)));
      assert.ok(Math.abs(sum(merged.bins) / merged.count - 1) < 1e-12);
      assert.equal(merged.count, sizes.flat().length);
      const [first] = sizes;
      const alone = histogramOfValues(first!);
      assert.deepEqual(mergeSizes([alone]), alone);
    }),
    { numRuns: 40 },
  ));

Deno.test("channels are merged, and a size without values changes nothing", () => {
  const channels = [{ min: -1, max: 2, mean: 0.5 }];
  const one = { ...histogramOfValues([-1, 2]), channels };
  const two = { ...histogramOfValues([4]), channels: [{ min: 4, max: 4, mean: 4 }] };
  assert.deepEqual(mergeSizes([one, two]).channels, [{ min: -1, max: 4, mean: 2.25 }]);
  const none = { ...histogramOfValues([NaN]), channels: [{ min: 0, max: 0, mean: 0 }] };
  const merged = mergeSizes([one, none]);
  assert.deepEqual({ ...merged, notFinite: 0 }, one);
  assert.equal(merged.notFinite, 1);
});

Deno.test("what is not of one tensor can't be merged", () => {
  const one = histogramOfValues([1], 64, "a");
  assert.throws(() => mergeSizes([]), RangeError);
  assert.throws(
    () => mergeSizes([one, histogramOfValues([1], 64, "b")]),
    /b can't be merged with a/,
  );
  assert.throws(() => mergeSizes([one, histogramOfValues([1], 128, "a")]), /128 bins at one size/);
  const channels = [{ min: 0, max: 1, mean: 0 }];
  assert.throws(() => mergeSizes([one, { ...one, channels }]), /same channels/);
});
