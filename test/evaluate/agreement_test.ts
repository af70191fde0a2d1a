import assert from "node:assert/strict";
import { agreementOf } from "../../src/evaluate/mod.ts";
import { detection } from "../tracking/random.ts";

Deno.test("the same detections agree wholly, none with none too", () => {
  const found = [[detection([0, 0, 10, 10])], [], [detection([5, 5, 9, 9], 0.5, 2)]];
  assert.deepEqual(agreementOf(found, found), {
    ...{ reference: 2, model: 2, matched: 2, recall: 1, reverseRecall: 1 },
    ...{ boxShift: 0, scoreShift: 0, scoreBias: 0 },
  });
  assert.equal(agreementOf([[]], [[]]).recall, 1);
});

Deno.test("what is missed, what is more, and what is weak", () => {
  const reference = [[detection([0, 0, 10, 10], 0.9), detection([50, 50, 90, 90], 0.8)]];
  const model = [[
    detection([1, 0, 11, 10], 0.7),
    detection([50, 50, 90, 90], 0.2),
    detection([200, 0, 210, 10], 0.5),
    detection([300, 0, 310, 10], 0.6),
  ]];
  const { recall, reverseRecall, boxShift, scoreShift, scoreBias } = agreementOf(model, reference);
  assert.deepEqual([recall, reverseRecall, boxShift], [1 / 2, 1 / 3, 0.5]);
  assert.ok(Math.abs(scoreShift - 0.2) < 1e-12 && Math.abs(scoreBias + 0.2) < 1e-12);
  const lower = agreementOf(model, reference, { score: 0.1 });
  assert.deepEqual([lower.matched, lower.recall], [2, 1]);
});

Deno.test("another class, or too little overlap, is no match", () => {
  const one = [[detection([0, 0, 10, 10], 0.9, 1)]];
  assert.equal(agreementOf([[detection([0, 0, 10, 10], 0.9, 2)]], one).matched, 0);
  assert.equal(agreementOf([[detection([4, 0, 14, 10], 0.9, 1)]], one).matched, 0);
  assert.equal(agreementOf([[detection([4, 0, 14, 10], 0.9, 1)]], one, { iou: 0.4 }).matched, 1);
});

Deno.test("each detection is paired once, with the one it overlaps most", () => {
  const reference = [[detection([0, 0, 100, 100], 0.9), detection([10, 0, 110, 100], 0.5)]];
  const model = [[detection([9, 0, 109, 100], 0.9)]];
  const { matched, boxShift } = agreementOf(model, reference);
  assert.deepEqual([matched, boxShift], [1, 0.5]);
});

Deno.test("different numbers of pictures can't be compared", () => {
  assert.throws(() => agreementOf([[]], []), /1 pictures can't be compared with 0/);
});
