import assert from "node:assert/strict";
import { agreement, type EventLine, iou } from "./compare.ts";

function line(frame: number, ...detections: EventLine["detections"]): EventLine {
  return { frame, pts: frame, width: 100, height: 100, detections };
}

Deno.test("iou of equal, half-covered and separate boxes", () => {
  assert.equal(iou([0, 0, 10, 10], [0, 0, 10, 10]), 1);
  assert.equal(iou([0, 0, 10, 10], [0, 0, 5, 10]), 0.5);
  assert.equal(iou([0, 0, 10, 10], [10, 0, 20, 10]), 0);
});

Deno.test("agreement counts a missing, a shifted and a reclassified detection as misses", () => {
  const box = [0, 0, 100, 100] as const;
  const ours = [line(0, { classId: 1, score: 0.9, box }), line(1, { classId: 1, score: 0.9, box })];
  assert.deepEqual(agreement(ours, ours), { matched: 2, total: 2, misses: [] });
  assert.equal(agreement(ours, ours.slice(0, 1)).matched, 1);
  assert.equal(agreement(ours, [line(0, { classId: 2, score: 0.9, box })]).matched, 0);
  const shifted = [line(0, { classId: 1, score: 0.9, box: [6, 0, 100, 100] })];
  const { matched, misses } = agreement(ours.slice(0, 1), shifted);
  assert.equal(matched, 0);
  assert.match(misses[0]!, /frame 0: class 1 .* nearest IoU 0\.940/);
});

Deno.test("agreement asks only for scores over the threshold, and uses each answer once", () => {
  const box = [0, 0, 100, 100] as const;
  const twice = [line(0, { classId: 1, score: 0.9, box }, { classId: 1, score: 0.8, box })];
  const once = [line(0, { classId: 1, score: 0.26, box })];
  assert.deepEqual([agreement(twice, once).matched, agreement(twice, once).total], [1, 2]);
  assert.equal(agreement(once, twice).total, 0);
});
