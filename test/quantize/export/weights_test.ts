import assert from "node:assert/strict";
import fc from "fast-check";
import { quantizeWeights } from "../../../src/quantize/export/weights.ts";

/** Weights of a convolution (3 channels, 4 inputs, 2 places) or of a product (4 inputs, 3 channels). */
const convolution = { shape: [3, 4, 2], channels: 0, inputs: 1 };
const product = { shape: [2, 4, 3], channels: 2, inputs: 1 };
const transposed = { shape: [4, 3, 2], channels: 1, inputs: 0 };
const layouts = fc.constantFrom(convolution, product, transposed);
const list = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), {
  minLength: 24,
  maxLength: 24,
});

/** Places of a tensor's elements along its axes, in their order. */
function* places(shape: readonly number[]): Generator<number[]> {
  const count = shape.reduce((a, b) => a * b, 1);
  for (let i = 0; i < count; i++) {
    let rest = i;
    yield shape.toReversed().map((size) => {
      const at = rest % size;
      rest = (rest - at) / size;
      return at;
    }).reverse();
  }
}

Deno.test("free weights are off by less than a step of their channel, on any axis", () => {
  fc.assert(fc.property(list, layouts, (numbers, layout) => {
    const weights = Float32Array.from(numbers);
    const { values, scales } = quantizeWeights(weights, layout, "free");
    assert.equal(scales.length, 3);
    for (const [i, place] of [...places(layout.shape)].entries()) {
      const scale = scales[place[layout.channels]!]!;
      assert.ok(Math.abs(values[i]! * scale - weights[i]!) <= scale * 1.00001, `${i}`);
      assert.ok(values[i]! >= -127);
    }
  }));
  const two = { shape: [2, 2], channels: 0, inputs: 1 };
  const { values, scales } = quantizeWeights(Float32Array.of(0, 0, -2, 1), two, "free");
  assert.deepEqual([...values], [0, 0, -127, 64]);
  assert.deepEqual([...scales], [1, Math.fround(2 / 127)]);
  assert.throws(
    () => quantizeWeights(Float32Array.of(1, NaN, 0, 0), two, "free", { name: "w" }),
    /number 1 of `w` is NaN/,
  );
});

Deno.test("paired weights: no two that are added in 16 bits come to more than 128", () => {
  fc.assert(fc.property(list, layouts, (numbers, layout) => {
    const weights = Float32Array.from(numbers);
    const paired = quantizeWeights(weights, layout, "paired");
    const free = quantizeWeights(weights, layout, "free");
    const sums = new Map<string, number>();
    const errors = [paired, free].map(() => [0, 0, 0]);
    for (const [i, place] of [...places(layout.shape)].entries()) {
      const pair = place.with(layout.inputs, place[layout.inputs]! >> 1).join();
      sums.set(pair, (sums.get(pair) ?? 0) + paired.values[i]!);
      const channel = place[layout.channels]!;
      [paired, free].forEach(({ values, scales }, form) => {
        errors[form]![channel]! += (values[i]! * scales[channel]! - weights[i]!) ** 2;
      });
    }
    assert.ok([...sums.values()].every((sum) => Math.abs(sum) <= 128), `${[...sums.values()]}`);
    for (const [channel, scale] of paired.scales.entries()) {
      const least = free.scales[channel]!;
      assert.ok(scale >= least && scale <= 2 * least * 1.0001);
      // Where nobody asks for more, they are the free ones.
      if (scale === least && errors[0]![channel] === errors[1]![channel]) continue;
      assert.ok(errors[0]![channel]! <= 8 * (scale / 2) ** 2 || scale < 2 * least);
    }
  }));
});

Deno.test("paired weights: one that has no neighbour of its sign keeps its 8 bits", () => {
  const depthwise = { shape: [2, 1, 3], channels: 0, inputs: 1, groups: 2 };
  const weights = Float32Array.of(127, 126, 125, -127, 1, 2);
  const { values, scales } = quantizeWeights(weights, depthwise, "paired");
  assert.deepEqual([[...values], [...scales]], [[...weights], [1, 1]]);
  const opposed = { shape: [1, 4], channels: 0, inputs: 1 };
  const pairs = quantizeWeights(Float32Array.of(127, -127, 100, 28), opposed, "paired");
  assert.deepEqual([[...pairs.values], [...pairs.scales]], [[127, -127, 100, 28], [1]]);
});

Deno.test("paired weights: a pair too large is cut, or the scale grows, whichever errs less", () => {
  const one = { shape: [1, 42], channels: 0, inputs: 1 };
  // One pair of many is a little too much.
  const rest = Array.from({ length: 40 }, (_, i) => i * 7 % 60 - 30);
  const some = quantizeWeights(Float32Array.of(127, 3, ...rest), one, "paired");
  assert.deepEqual([[...some.values], [...some.scales]], [[126, 2, ...rest], [1]]);
  const all = quantizeWeights(new Float32Array(42).fill(127), one, "paired");
  assert.deepEqual([...all.scales], [2]);
  // Half of 127 is between 63 and 64: as many of the one as of the other.
  const sum = all.values.reduce((a, b) => a + b, 0);
  assert.ok(all.values.every((value) => value === 63 || value === 64));
  assert.ok(Math.abs(sum - 42 * 63.5) <= 2, `${sum}`);
  // Groups of an odd number of inputs: who stands beside whom is not known.
  const odd = { shape: [2, 3, 1], channels: 0, inputs: 1, groups: 2 };
  const { values, scales } = quantizeWeights(Float32Array.of(127, 0, 0, 0, 0, 1), odd, "paired");
  assert.deepEqual([...values], [64, 0, 0, 0, 0, 64]);
  assert.deepEqual([...scales], [2, Math.fround(2 / 127)]);
});

Deno.test("paired weights: what inputs come to decides how large neighbours may be", () => {
  const maxima = fc.uint8Array({ minLength: 4, maxLength: 4 });
  fc.assert(fc.property(list, layouts, maxima, (numbers, layout, maxima) => {
    const weights = Float32Array.from(numbers);
    const { values, scales } = quantizeWeights(weights, layout, "paired", { maxima });
    const sums = new Map<string, number>();
    for (const [i, place] of [...places(layout.shape)].entries()) {
      const input = place[layout.inputs]!;
      const pair = place.with(layout.inputs, input >> 1).join();
      sums.set(pair, (sums.get(pair) ?? 0) + values[i]! * maxima[input]!);
    }
    assert.ok([...sums.values()].every((sum) => Math.abs(sum) < 2 ** 15), `${[...sums.values()]}`);
    const free = quantizeWeights(weights, layout, "free");
    assert.ok(scales.every((scale, i) => scale >= free.scales[i]!));
    if (maxima.every((most) => most <= 128)) {
      assert.deepEqual([values, scales], Object.values(free));
    }
  }));
  const pair = { shape: [1, 2], channels: 0, inputs: 1 };
  const both = (
    ...maxima: number[]
  ) => [...quantizeWeights(Float32Array.of(127, 120), pair, "paired", { maxima }).values];
  assert.deepEqual(both(255, 2), [127, 120]);
  // 127 · 255 leaves 382 for the other: from both is taken as they weigh.
  const [first, second] = both(255, 100);
  assert.ok(255 * first! + 100 * second! <= 32767 && first! > 80 && second! > 80, `${first}`);
  assert.throws(() => both(255, 255, 255), /`weights` have 2 inputs, and the greatest of 3 are/);
});

Deno.test("paired weights: each group of a convolution has its own inputs", () => {
  const grouped = { shape: [2, 2], channels: 0, inputs: 1, groups: 2 };
  const weights = Float32Array.of(127, 127, 127, 127);
  const { values } = quantizeWeights(weights, grouped, "paired", { maxima: [9, 9, 255, 255] });
  assert.deepEqual([...values.slice(0, 2)], [127, 127]);
  assert.ok(values[2]! + values[3]! <= 128);
});
