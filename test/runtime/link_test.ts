import assert from "node:assert/strict";
import fc from "fast-check";
import type { QueuePolicy } from "../../src/graph/plan.ts";
import { Link } from "../../src/runtime/link.ts";

const dropping = ["drop-oldest", "drop-newest", "latest"] as const;
const policies: readonly QueuePolicy[] = ["block", ...dropping];

Deno.test("a link keeps order and its cap, and counts what it drops", () => {
  fc.assert(fc.property(
    fc.constantFrom(...policies),
    fc.integer({ min: 1, max: 8 }),
    fc.array(fc.boolean(), { maxLength: 200 }),
    (policy, size, pushes) => {
      const dropped: number[] = [];
      const link = new Link<number>({ size, policy }, (item, cause) => {
        assert.equal(cause, policy);
        dropped.push(item);
      });
      const taken: number[] = [];
      let pushed = 0;
      for (const push of pushes) {
        if (push) {
          if (!link.blocked) link.push(pushed++);
        } else {
          const item = link.shift();
          if (item !== undefined) taken.push(item);
        }
        assert.ok(link.depth <= link.size && link.peak <= link.size);
      }
      assert.equal(pushed, taken.length + dropped.length + link.depth);
      assert.deepEqual(taken, taken.toSorted((a, b) => a - b));
      assert.equal(new Set([...taken, ...dropped]).size, taken.length + dropped.length);
      if (policy === "block") assert.equal(dropped.length, 0);
    },
  ));
});

Deno.test("drop-oldest keeps the youngest, drop-newest the oldest, latest one", () => {
  const left = (policy: QueuePolicy) => {
    const link = new Link<number>({ size: 3, policy }, () => {});
    for (let i = 0; i < 6; i++) link.push(i);
    return Array.from({ length: link.depth }, () => link.shift());
  };
  assert.deepEqual(left("drop-oldest"), [3, 4, 5]);
  assert.deepEqual(left("drop-newest"), [0, 1, 2]);
  assert.deepEqual(left("latest"), [5]);
});

Deno.test("a full blocking link refuses instead of growing", () => {
  const link = new Link<number>({ size: 1, policy: "block" }, () => {});
  link.push(0);
  assert.ok(link.blocked);
  assert.throws(() => link.push(1), /full queue/);
});
