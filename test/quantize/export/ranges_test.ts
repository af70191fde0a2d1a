import assert from "node:assert/strict";
import fc from "fast-check";
import { asymmetric, rangeOf, symmetric } from "../../../src/quantize/export/ranges.ts";

const bound = fc.double({ min: -1e6, max: 1e6, noNaN: true });

Deno.test("without sign, zero is exact and the whole range is covered to half a step", () => {
  fc.assert(fc.property(bound, bound, (a, b) => {
    const range = { min: Math.min(a, b), max: Math.max(a, b) };
    const { scale, zeroPoint } = asymmetric(range);
    assert.ok(Number.isInteger(zeroPoint) && zeroPoint >= 0 && zeroPoint <= 255);
    assert.equal(scale, Math.fround(scale));
    assert.ok(scale > 0);
    if (Math.max(Math.abs(range.min), Math.abs(range.max)) < 1e-20) return;
    // The grid is moved so that zero lies on it, by half a step at most.
    assert.ok(scale * (0 - zeroPoint) <= Math.min(0, range.min) + 0.5001 * scale);
    assert.ok(scale * (255 - zeroPoint) >= Math.max(0, range.max) - 0.5001 * scale);
  }));
  assert.deepEqual(asymmetric({ min: 0, max: 1 }), { scale: Math.fround(1 / 255), zeroPoint: 0 });
  assert.deepEqual(asymmetric({ min: 2, max: 5.1 }), {
    scale: Math.fround(5.1 / 255),
    zeroPoint: 0,
  });
  assert.deepEqual(asymmetric({ min: 0, max: 0 }), { scale: 1, zeroPoint: 0 });
});

Deno.test("with sign, the greater side is 127 steps", () => {
  assert.deepEqual(symmetric({ min: -127, max: 3 }), { scale: 1, zeroPoint: 0 });
  assert.deepEqual(symmetric({ min: -1, max: 254 }), { scale: 2, zeroPoint: 0 });
  assert.deepEqual(symmetric({ min: 0, max: 0 }), { scale: 1, zeroPoint: 0 });
});

Deno.test("a range that is missing or none is said by name", () => {
  const ranges = new Map([["/model.0/Mul", { min: 0, max: NaN }], ["b", { min: 2, max: 1 }]]);
  assert.throws(
    () => rangeOf(ranges, "/model.0/Mull"),
    /`\/model\.0\/Mull`; the nearest name .* `\/model\.0\/Mul`/,
  );
  assert.throws(
    () => rangeOf(ranges, "/model.0/Mul"),
    /the range of .* is 0 to NaN, which is none/,
  );
  assert.throws(() => rangeOf(ranges, "b"), /is 2 to 1, which is none/);
  assert.throws(() => rangeOf(new Map(), "b"), /no range is given for the tensor `b`$/);
});
