import assert from "node:assert/strict";
import {
  foundScore,
  leastRecall,
  likelyCause,
  selfCheckOf,
  selfCheckText,
  wantedScore,
} from "../../../src/quantize/golden/check.ts";
import type { GoldenAnswer } from "../../../src/quantize/golden/golden.ts";
import type { Detection } from "../../../src/runtime/packet.ts";

/** Objects in a row, far apart. */
const answers = (count: number, more: Partial<GoldenAnswer> = {}): GoldenAnswer[] =>
  Array.from({ length: count }, (_, i) => ({
    class: i % 2,
    score: 0.8,
    box: [i * 20, 0, i * 20 + 10, 10] as const,
    ...more,
  }));
const found = (list: readonly GoldenAnswer[], more: Partial<Detection> = {}): Detection[] =>
  list.map(({ class: classId, score, box }) => ({
    class: "by any name",
    classId,
    score,
    box,
    ...more,
  }));

Deno.test("what the float model finds is found: class, half an overlap and a score", () => {
  const list = answers(40);
  const same = selfCheckOf([found(list)], [list]);
  assert.deepEqual(
    { ...same },
    {
      pictures: 1,
      wanted: 40,
      found: 40,
      recall: 1,
      scoreBias: 0,
      strange: 0,
      missing: [],
      passed: true,
    },
  );
  const shifted = found(list).map((one) => (
    { ...one, box: [one.box[0] + 3, 0, one.box[2] + 3, 10] as const, score: foundScore + 0.01 }
  ));
  assert.equal(selfCheckOf([shifted], [list]).passed, true); // IoU 7 / 13
  const far = shifted.map((one) => ({
    ...one,
    box: [one.box[0] + 1, 0, one.box[2] + 1, 10] as const,
  }));
  assert.equal(selfCheckOf([far], [list]).found, 0); // IoU 6 / 14
  assert.equal(selfCheckOf([found(list, { classId: 0 })], [list]).found, 20);
  const twice = [...found(list.slice(0, 1)), ...found(list.slice(0, 1))];
  assert.equal(selfCheckOf([twice], [list]).found, 1);
});

Deno.test("three in a hundred may be missing, and one of five, but none of four", () => {
  const passes = (wanted: number, lost: number) => {
    const list = answers(wanted);
    return selfCheckOf([found(list.slice(lost))], [list]).passed;
  };
  assert.equal(leastRecall, 0.97);
  assert.deepEqual([passes(100, 3), passes(100, 4)], [true, false]);
  assert.deepEqual([passes(66, 1), passes(66, 2), passes(67, 2)], [true, false, true]);
  assert.deepEqual([passes(5, 1), passes(5, 2), passes(4, 1), passes(1, 1)], [
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("answers near the threshold are not asked for", () => {
  const weak = answers(30, { score: wantedScore - 0.01 });
  const strong = answers(10);
  const all = [...weak.map((one) => ({ ...one, class: 7 })), ...strong];
  const check = selfCheckOf([found(strong)], [all]);
  assert.deepEqual([check.wanted, check.found, check.passed], [10, 10, true]);
  // But what is found there is not strange.
  const both = selfCheckOf([found(all, { score: 0.6 })], [all]);
  assert.equal(both.strange, 0);
  assert.equal(selfCheckOf([[]], [[]]).passed, true);
});

Deno.test("a failed check says what is missing, how scores moved, and what may be behind it", () => {
  const list = answers(20);
  const half = found(list).filter(({ classId }) => classId === 0)
    .map((one) => ({ ...one, score: 0.6 }));
  const odd = found(answers(1, { box: [0, 500, 10, 510] }));
  const check = selfCheckOf([[...half, ...odd]], [list]);
  assert.equal(
    selfCheckText(check, ["washer", "nut"]),
    "of 20 objects that the float model finds in 1 pictures, INT8 finds 10 (recall 0.500, wanted " +
      "0.97); missing: nut 10 of 10; scores 0.200 lower on average; 1 found where float finds nothing",
  );
  assert.match(likelyCause(check), /holds? too little of that class/);
  assert.match(likelyCause(selfCheckOf([[]], [list])), /^ranges are damaged/);
});
