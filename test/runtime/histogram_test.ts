import assert from "node:assert/strict";
import fc from "fast-check";
import { Histogram } from "../../src/runtime/histogram.ts";

Deno.test("percentiles are right within a bucket", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: 0.001, max: 60000, noNaN: true }), { minLength: 1, maxLength: 500 }),
    fc.constantFrom(0.5, 0.95, 0.99),
    (times, share) => {
      const histogram = new Histogram();
      for (const time of times) histogram.add(time);
      const sorted = times.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(share * times.length) - 1)]!;
      const found = histogram.percentile(share);
      assert.ok(found / exact < 1.05 && found / exact > 0.95, `${found} for ${exact}`);
    },
  ));
});

Deno.test("times out of range count, and nothing is reported before the first", () => {
  const histogram = new Histogram();
  assert.equal(histogram.percentiles(), undefined);
  histogram.add(0);
  histogram.add(-1);
  histogram.add(1e12);
  assert.equal(histogram.count, 3);
  assert.ok(histogram.percentile(0.99) > 60000);
});
