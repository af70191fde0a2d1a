import assert from "node:assert/strict";
import { drawnTruth, objectProbability } from "../../../src/quantize/sensitivity/drawn_truth.ts";
import { annotatedLoss, expectedLoss } from "../../../src/quantize/sensitivity/loss.ts";
import type { Answer } from "../../../src/quantize/sensitivity/answer.ts";
import { parseAnnotations } from "../../../src/evaluate/mod.ts";

const none = { box: new Float32Array(0), score: new Float32Array(0), classId: new Int32Array(0) };

/** Boxes of one class, 40 pixels a side, with their scores. */
function answer(...found: readonly (readonly [x: number, score: number])[]): Answer {
  const detections = found.map(([x, score]) => (
    { class: "a", classId: 0, score, box: [x, 0, x + 40, 40] as const }
  ));
  return { anchors: none, detections };
}

/** Pictures with ten sure boxes each, shifted by so many pixels. */
const pictures = (shift: number, score = 0.9) =>
  Array.from(
    { length: 20 },
    () =>
      answer(...Array.from({ length: 10 }, (_, i): [number, number] => [i * 100 + shift, score])),
  );

Deno.test("expected loss: nothing for the same answers, the more the farther boxes are", () => {
  const measure = expectedLoss(pictures(0), 1);
  assert.equal(measure.kind, "expected");
  assert.ok(measure.reference > 50 && measure.reference < 95, `${measure.reference}`);
  assert.equal(measure.loss(pictures(0)), 0);
  const losses = [0.5, 2, 6, 20].map((shift) => measure.loss(pictures(shift)));
  assert.ok(losses[0]! < 2, `${losses}`);
  assert.ok(losses.every((loss, i) => i === 0 || loss > losses[i - 1]!), `${losses}`);
  assert.ok(losses[3]! > 0.9 * measure.reference, `${losses}`);
});

Deno.test("expected loss: scores that keep their order lose nothing", () => {
  const mixed = (scale: number) =>
    Array.from({ length: 20 }, (_, i) =>
      answer([0, 0.9 * scale], [200, 0.3 * scale], [
        400,
        (0.1 + 0.02 * i) * scale,
      ]));
  const measure = expectedLoss(mixed(1), 1);
  assert.equal(measure.loss(mixed(0.5)), 0);
});

Deno.test("expected loss: the same for the same answers every time; nothing found is no loss", () => {
  const [a, b] = [1, 2].map(() => expectedLoss(pictures(0), 1).loss(pictures(3)));
  assert.equal(a, b);
  const empty = [answer(), answer()];
  assert.equal(expectedLoss(empty, 3).loss(empty), 0);
  assert.throws(() => expectedLoss(empty, 3).loss([answer()]), /1 answers, but 2 pictures/);
});

Deno.test("expected loss: a model that misses many objects has less to lose", () => {
  const weak = Array.from({ length: 10 }, (_, i): [number, number] => [1000 + i * 100, 0.15]);
  const boxes = (shift: number) =>
    pictures(shift).map(({ detections }) =>
      answer(...detections.map(({ box, score }): [number, number] => [box[0], score]), ...weak)
    );
  const [sure, unsure] = [expectedLoss(pictures(0), 1), expectedLoss(boxes(0), 1)];
  assert.ok(unsure.reference < 0.95 * sure.reference, `${unsure.reference} ${sure.reference}`);
  const [more, less] = [sure.loss(pictures(6)), unsure.loss(boxes(6))];
  assert.ok(less < 0.95 * more, `${less} ${more}`);
});

Deno.test("drawn truth: as many objects as are to be expected, missed ones out of reach", () => {
  const many = Array.from({ length: 200 }, () => answer([0, 0.85], [500, 0.1]).detections);
  const counts = Array.from({ length: 10 }, (_, seed) => {
    const { box, crowd } = drawnTruth(many, 1, seed);
    const left = Array.from(crowd, (_, i) => box[4 * i]!);
    return [
      left.filter((x) => Math.abs(x) < 40).length,
      left.filter((x) => Math.abs(x - 500) < 40).length,
      left.filter((x) => x < -1000).length,
    ];
  });
  const [sure, weak, missed] = [0, 1, 2].map((i) =>
    counts.reduce((sum, count) => sum + count[i]!, 0) / counts.length
  ) as [number, number, number];
  assert.ok(Math.abs(sure - 200 * objectProbability(0.85)) < 5, `${sure}`);
  assert.ok(Math.abs(weak - 200 * objectProbability(0.1)) < 8, `${weak}`);
  // 1.3 times the sum of the weak scores.
  assert.ok(Math.abs(missed - 26) < 1, `${missed}`);
});

Deno.test("drawn truth: a score is no probability, but rises with it", () => {
  assert.deepEqual([0, 1].map(objectProbability).map((p) => Math.round(p * 1000)), [0, 1000]);
  const scores = Array.from({ length: 101 }, (_, i) => i / 100);
  const found = scores.map(objectProbability);
  assert.ok(found.every((p, i) => i === 0 || p >= found[i - 1]!));
  assert.ok(objectProbability(0.85) > 0.94 && objectProbability(0.2) < 0.2);
});

Deno.test("loss on annotations: COCO's own figure, in points", () => {
  const truth = parseAnnotations(
    JSON.stringify({
      images: [{ id: 1, file_name: "a.png" }],
      categories: [{ id: 7, name: "a" }],
      annotations: [0, 200].map((x, i) => (
        { id: i + 1, image_id: 1, category_id: 7, bbox: [x, 0, 40, 40] }
      )),
    }),
    "truth.json",
  );
  const map = { category: Int32Array.of(0), by: "name" as const, unused: [] };
  const measure = annotatedLoss([answer([0, 0.9], [200, 0.8])], truth, map);
  assert.deepEqual([measure.kind, Math.round(measure.reference)], ["annotations", 100]);
  // One of two is found: precision 1 at 51 of 101 recalls.
  const loss = measure.loss([answer([0, 0.9])]);
  assert.ok(Math.abs(loss - 100 * 50 / 101) < 1e-6, `${loss}`);
});
