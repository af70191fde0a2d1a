import assert from "node:assert/strict";
import fc from "fast-check";
import { generator, normals } from "../../../src/evaluate/random.ts";
import { balance, nearest, roundEven } from "../../../src/quantize/export/rounding.ts";

const inputs = 16;
const taps = 9;

/** As many as a convolution of 3x3 has for an output, normally distributed, the greatest 127. */
function normalWeights(seed: number): Float64Array {
  const weights = Float64Array.from({ length: inputs * taps }, normals(generator(seed)));
  const most = weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return weights.map((value) => value / most * 127);
}

function balancedOf(weights: Float64Array): Int8Array {
  const integers = nearest(weights, 1);
  balance(weights, 1, integers, inputs);
  return integers;
}

/** Root mean square of numbers. */
const rms = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

Deno.test("balanced weights compute what the float ones do, nearer than the nearest integers", () => {
  const off = { balanced: [] as number[], nearest: [] as number[] };
  for (let seed = 1; seed <= 40; seed++) {
    const weights = normalWeights(seed);
    const forms = { balanced: balancedOf(weights), nearest: nearest(weights, 1) };
    const random = generator(1000 + seed);
    for (let picture = 0; picture < 10; picture++) {
      // As behind a Relu: of any size, but much the same at all places of the kernel.
      const level = Array.from({ length: inputs }, () => random());
      const values = weights.map((_, i) => level[i % inputs]! + 0.2 * random());
      for (const form of ["balanced", "nearest"] as const) {
        off[form].push(values.reduce((sum, x, i) => sum + x * (forms[form][i]! - weights[i]!), 0));
      }
    }
  }
  assert.ok(
    rms(off.balanced) < 0.5 * rms(off.nearest),
    `${rms(off.balanced)}, ${rms(off.nearest)}`,
  );
});

Deno.test("balancing leaves each weight within a step, and what can't be bettered as it is", () => {
  const list = fc.array(fc.double({ min: -127, max: 127, noNaN: true }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(fc.property(list, fc.integer({ min: 1, max: 8 }), (numbers, count) => {
    const weights = Float64Array.from(numbers);
    const integers = nearest(weights, 1);
    balance(weights, 1, integers, count);
    for (const [i, value] of integers.entries()) {
      assert.ok(Math.abs(value - weights[i]!) <= 1 && Math.abs(value) <= 127, `${value}`);
    }
    const sum = (of: Int8Array) => Math.abs(of.reduce((sum, q, i) => sum + q - weights[i]!, 0));
    // With one input all errors add up, so they do not by more than before.
    if (count === 1) assert.ok(sum(integers) <= sum(nearest(weights, 1)) + 1e-9);
    const again = integers.slice();
    balance(weights, 1, again, count);
    assert.deepEqual(again, integers);
  }));
  const whole = Float64Array.of(1, -127, 127, 0);
  const kept = nearest(whole, 1);
  balance(whole, 1, kept, 2);
  assert.deepEqual([...kept], [...whole]);
});

Deno.test("balancing makes no integer that is not allowed", () => {
  const weights = new Float64Array(10).fill(2.4);
  const free = nearest(weights, 1);
  balance(weights, 1, free, 1);
  assert.equal(free.filter((value) => value === 3).length, 4);
  const bound = nearest(weights, 1);
  balance(weights, 1, bound, 1, (at) => at > 8);
  assert.deepEqual([...bound], [...new Array(9).fill(2), 3]);
});

Deno.test("halves are rounded to the even number, as QuantizeLinear rounds", () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4, -2.6].map((x) => roundEven(x) + 0), [
    ...[0, 2, 2, 0, -2, -2, 2, -3],
  ]);
});
