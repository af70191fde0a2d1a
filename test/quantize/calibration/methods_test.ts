import assert from "node:assert/strict";
import fc from "fast-check";
import {
  expectedError,
  type Method,
  methodText,
  parseMethod,
  rangeOf,
  type Scheme,
  type TensorHistogram,
} from "../../../src/quantize/calibration/mod.ts";
import { histogramOfValues, tensorValues } from "./sketch.ts";

const methods = ["minmax", "percentile:99", "percentile:99.99", "mse", "entropy"].map(parseMethod);
const schemes: readonly Scheme[] = ["asymmetric", "symmetric"];

/** Every method and scheme on many tensors. */
const always = (
  check: (histogram: TensorHistogram, method: Method, scheme: Scheme) => void,
  runs = 60,
) =>
  fc.assert(
    fc.property(tensorValues, (values) => {
      const histogram = histogramOfValues(values);
      for (const method of methods) for (const scheme of schemes) check(histogram, method, scheme);
    }),
    { numRuns: runs },
  );

const isZero = (histogram: TensorHistogram) => histogram.min === 0 && histogram.max === 0;

Deno.test("ranges lie within what was seen, with zero in them, and are never empty", () =>
  always((histogram, method, scheme) => {
    const { min, max } = rangeOf(histogram, method, scheme);
    assert.ok(min <= 0 && max >= 0 && max > min);
    if (isZero(histogram)) return assert.equal(max, 1);
    const end = Math.max(-histogram.min, histogram.max);
    if (scheme === "symmetric") {
      assert.equal(min, -max);
      assert.ok(max <= end);
    } else {
      assert.ok(min >= Math.min(0, histogram.min) && max <= Math.max(0, histogram.max));
    }
  }));

Deno.test("ranges of values times a power of two are those ranges times it", () =>
  fc.assert(
    fc.property(tensorValues, fc.integer({ min: -9, max: 9 }), (values, exponent) => {
      const histogram = histogramOfValues(values);
      if (isZero(histogram)) return;
      const by = 2 ** exponent;
      const scaled = histogramOfValues(values.map((value) => value * by));
      for (const method of methods) {
        for (const scheme of schemes) {
          const { min, max } = rangeOf(histogram, method, scheme);
          // Not deepEqual: 0 and -0 are the same range.
          const found = rangeOf(scaled, method, scheme);
          assert.ok(found.min === min * by && found.max === max * by, methodText(method));
        }
      }
    }),
    { numRuns: 40 },
  ));

Deno.test("minmax cuts nothing, percentile 100 neither", () =>
  always((histogram, _, scheme) => {
    const whole = rangeOf(histogram, { name: "minmax" }, scheme);
    assert.deepEqual(rangeOf(histogram, { name: "percentile", value: 100 }, scheme), whole);
    if (isZero(histogram) || scheme === "symmetric") return;
    assert.equal(whole.min, Math.min(0, histogram.min));
    assert.equal(whole.max, Math.max(0, histogram.max));
  }));

Deno.test("a higher percentile never gives a narrower range", () =>
  fc.assert(
    fc.property(
      tensorValues,
      fc.tuple(
        fc.double({ min: 50, max: 100, noNaN: true }),
        fc.double({ min: 50, max: 100, noNaN: true }),
      ),
      (values, [a, b]) => {
        const histogram = histogramOfValues(values);
        for (const scheme of schemes) {
          const low = rangeOf(histogram, { name: "percentile", value: Math.min(a, b) }, scheme);
          const high = rangeOf(histogram, { name: "percentile", value: Math.max(a, b) }, scheme);
          assert.ok(high.min <= low.min && high.max >= low.max);
        }
      },
    ),
  ));

Deno.test("a percentile leaves out the share of values that it says, to a bin", () =>
  fc.assert(
    fc.property(tensorValues, fc.double({ min: 50, max: 99.9, noNaN: true }), (values, value) => {
      const histogram = histogramOfValues(values);
      const width = 2 ** (histogram.exponent + 1) / 4096;
      const share = 1 - value / 100;
      const { min, max } = rangeOf(histogram, { name: "percentile", value }, "asymmetric");
      const allowed = share * values.length * (1 + 1e-9);
      assert.ok(values.filter((v) => v > max + width).length <= allowed);
      assert.ok(values.filter((v) => v < min - width).length <= allowed);
      const { max: end } = rangeOf(histogram, { name: "percentile", value }, "symmetric");
      assert.ok(values.filter((v) => Math.abs(v) > end + width).length <= allowed);
    }),
  ));

Deno.test("mse errs no more than any other method", () =>
  always((histogram, method, scheme) => {
    const least = expectedError(histogram, rangeOf(histogram, { name: "mse" }, scheme), scheme);
    const other = expectedError(histogram, rangeOf(histogram, method, scheme), scheme);
    // The search is by steps: it may miss the best place by a little.
    assert.ok(least <= other * 1.02, `${least} against ${methodText(method)}'s ${other}`);
  }, 40));

Deno.test("the expected error is what quantising the values gives", () =>
  fc.assert(
    fc.property(tensorValues, (values) => {
      const histogram = histogramOfValues(values, 65536);
      for (const scheme of schemes) {
        for (const method of methods) {
          const range = rangeOf(histogram, method, scheme);
          const levels = scheme === "symmetric" ? 254 : 255;
          const scale = (range.max - range.min) / levels;
          const zero = scheme === "symmetric" ? 127 : Math.round(-range.min / scale);
          const errors = values.map((value) => {
            const level = Math.min(levels, Math.max(0, Math.round(value / scale) + zero));
            return (value - (level - zero) * scale) ** 2;
          });
          const mean = errors.reduce((a, b) => a + b) / values.length;
          const width = 2 ** (histogram.exponent + 1) / 65536;
          // A value may lie anywhere in its bin.
          const end = Math.max(-histogram.min, histogram.max);
          const slack = 2 * width * Math.max(scale, end - range.max, range.min + end) + width ** 2;
          assert.ok(Math.abs(expectedError(histogram, range, scheme) - mean) <= slack);
        }
      }
    }),
    { numRuns: 30 },
  ));

Deno.test("one far outlier is cut by mse and percentile, not by minmax", () => {
  const values = Array.from({ length: 100_000 }, (_, i) => Math.sin(i) * 2);
  values.push(100);
  const histogram = histogramOfValues(values, 65536);
  for (const scheme of schemes) {
    const end = (text: string) => rangeOf(histogram, parseMethod(text), scheme).max;
    assert.equal(end("minmax"), 100);
    assert.ok(end("percentile:99.99") < 2.1);
    assert.ok(end("mse") < 100);
  }
});

Deno.test("methods are read as they are written, wrong ones named", () => {
  for (const text of ["minmax", "mse", "entropy", "entropy-onnxruntime", "percentile:99.9"]) {
    assert.equal(methodText(parseMethod(text)), text);
  }
  assert.deepEqual(parseMethod("percentile"), { name: "percentile", value: 99.99 });
  assert.throws(() => parseMethod("entropi"), /did you mean `entropy`/);
  assert.throws(() => parseMethod("mse:3"), /no method `mse:3`/);
  assert.throws(() => parseMethod("percentile:0.999"), /the percentile is 0.999: expected .* 50/);
  assert.throws(() => parseMethod("percentile:"), /the percentile is/);
  assert.throws(() => parseMethod("percentile:x"), /the percentile is x/);
});
