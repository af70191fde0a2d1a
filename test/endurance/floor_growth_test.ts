import assert from "node:assert/strict";
import { floorGrowth } from "./floor_growth.ts";

Deno.test("growth of what is always held: a leak shows, what is let go again does not", () => {
  const leak = Array.from({ length: 10 }, (_, i) => 100 + i);
  assert.equal(floorGrowth(leak, 4), 1);
  const held = (from: number) =>
    leak.map((value, i) => value + (i >= from && i < from + 3 ? 14 : 0));
  for (let from = 1; from < 10; from++) {
    assert.ok(floorGrowth(held(from), 4) >= 5 / 6, `${from}`);
    const flat = held(from).map((value, i) => value - i);
    assert.equal(floorGrowth(flat, 4), 0);
  }
  assert.throws(() => floorGrowth([1, 2, 3, 4], 4), RangeError);
});
