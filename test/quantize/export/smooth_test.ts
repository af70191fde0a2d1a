import assert from "node:assert/strict";
import { sharesOf, smooth } from "../../../src/quantize/export/smooth.ts";

const width = ({ min, max }: { readonly min: number; readonly max: number }) => max - min;

Deno.test("of weights alike, a channel's scale lies three quarters of the way to its own", () => {
  const ranges = [{ min: -1, max: 15 }, { min: -0.25, max: 0.75 }, { min: 0, max: 4 }];
  const made = smooth(ranges, [1, 1, 1]).map(width);
  assert.deepEqual(made, [16, 2, 4 * Math.SQRT2]);
});

Deno.test("channels with small weights have coarser scales, and weights of none count as small", () => {
  const ranges = Array.from({ length: 3 }, () => ({ min: -1, max: 3 }));
  assert.deepEqual(smooth(ranges, [1, 1 / 16, 0]).map(width), [4, 8, 16]);
});

Deno.test("no channel is cut off, zero stays where it was, and one that is empty takes no room", () => {
  const ranges = [
    { min: -0.28, max: 60 },
    { min: -0.1, max: 0 },
    { min: 0, max: 0 },
    { min: -2, max: 0.001 },
  ];
  for (const shares of [[1, 1, 1, 1], [0.01, 1, 1, 0.5], [0, 0, 0, 0]]) {
    const made = smooth(ranges, shares);
    for (const [i, { min, max }] of made.entries()) {
      const own = ranges[i]!;
      assert.ok(min <= own.min && max >= own.max, `${i}: ${min} to ${max}`);
      if (width(own) > 0) assert.ok(Math.abs(min * own.max - max * own.min) < 1e-9, `${i}`);
    }
    assert.ok(width(made[2]!) <= width(made[0]!) / 1000, JSON.stringify(made));
  }
  const none = [{ min: 0, max: 0 }];
  assert.deepEqual(smooth(none, [1]), none);
});

Deno.test("a channel's share is that of the greatest weight of what it leads to", () => {
  // Two outputs of three inputs, and one output with no weights at all.
  const weights = [1, -4, 2, 0.5, 0.25, 0, 0, 0, 0];
  const joins = (at: number) => [at % 3, Math.floor(at / 3)] as const;
  const shares = sharesOf(weights, { inputs: 3, outputs: 3, joins });
  assert.deepEqual([...shares], [1, 1, 0.5]);
});
