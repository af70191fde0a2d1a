import assert from "node:assert/strict";
import { chosen } from "../../../src/quantize/golden/choose.ts";

const of = (...lists: number[][]) => lists.map((classes) => ({ classes }));

Deno.test("pictures with most in them are chosen, and rare classes before more of the same", () => {
  const crowd = Array(12).fill(0) as number[];
  const pictures = of([], crowd, [0, 0], [...crowd], [5], [0]);
  assert.deepEqual(chosen(pictures, 1), [1]);
  assert.deepEqual(chosen(pictures, 2), [1, 3]);
  assert.deepEqual(chosen(pictures, 3), [1, 3, 4]);
});

Deno.test("where too few have something in them, the others are taken evenly", () => {
  const pictures = of([], [], [], [1], [], [], [], []);
  assert.deepEqual(chosen(pictures, 3), [1, 3, 6]);
  assert.deepEqual(chosen(of([], []), 8), [0, 1]);
  assert.deepEqual(chosen([], 8), []);
});
