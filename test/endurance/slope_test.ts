import assert from "node:assert/strict";
import { slope } from "./slope.ts";

Deno.test("slope of a line, of a constant and of noise about a line", () => {
  assert.deepEqual(slope([5, 7, 9, 11]), { slope: 2, scatter: 0 });
  assert.equal(slope([3, 3, 3]).slope, 0);
  const noisy = slope([1, -1, 1, -1, 1]);
  assert.ok(Math.abs(noisy.slope) < 1e-12 && Math.abs(noisy.scatter - Math.sqrt(0.96)) < 1e-12);
  assert.throws(() => slope([1]), RangeError);
});
