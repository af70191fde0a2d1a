import assert from "node:assert/strict";
import fc from "fast-check";
import {
  asymmetric,
  quantizeWeights,
  rangeOf,
  roundEven,
  symmetric,
} from "../../../src/quantize/export/ranges.ts";

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

Deno.test("weights are off by half a step of their channel at most, on either axis", () => {
  const shape = [3, 4, 2];
  const list = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), {
    minLength: 24,
    maxLength: 24,
  });
  fc.assert(fc.property(list, fc.nat(2), (numbers, axis) => {
    const weights = Float32Array.from(numbers);
    const { values, scales } = quantizeWeights(weights, shape, axis);
    assert.equal(scales.length, shape[axis]);
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    weights.forEach((weight, i) => {
      const scale = scales[Math.floor(i / inner) % shape[axis]!]!;
      assert.ok(Math.abs(values[i]! * scale - weight) <= scale * 0.50001, `${i}`);
      assert.ok(values[i]! >= -127);
    });
  }));
  const { values, scales } = quantizeWeights(Float32Array.of(0, 0, -2, 1), [2, 2], 0);
  assert.deepEqual([...values], [0, 0, -127, 64]);
  assert.deepEqual([...scales], [1, Math.fround(2 / 127)]);
  assert.throws(
    () => quantizeWeights(Float32Array.of(1, NaN), [2, 1], 0, "w"),
    /number 1 of `w` is NaN/,
  );
});

Deno.test("halves are rounded to the even number, as QuantizeLinear rounds", () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4, -2.6].map((x) => roundEven(x) + 0), [
    ...[0, 2, 2, 0, -2, -2, 2, -3],
  ]);
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
