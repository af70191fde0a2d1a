import assert from "node:assert/strict";
import type { Anchors } from "../../../src/quantize/sensitivity/anchors.ts";
import { outputError } from "../../../src/quantize/sensitivity/output_error.ts";

type Row = readonly [score: number, classId: number, ...box: [number, number, number, number]];

const anchors = (...rows: Row[]): Anchors => ({
  score: Float32Array.from(rows, ([score]) => score),
  classId: Int32Array.from(rows, ([, classId]) => classId),
  box: Float32Array.from(rows.flatMap(([, , ...box]) => box)),
});

const near = (value: number, wanted: number) =>
  assert.ok(Math.abs(value - wanted) < 1e-5, `${value}, not ${wanted}`);

const reference = anchors([0.8, 0, 0, 0, 10, 10], [0.4, 1, 20, 0, 40, 10], [0.01, 0, 0, 0, 5, 5]);

Deno.test("output error: the same answer is none, and what hardly scores does not count", () => {
  assert.equal(outputError([reference], [reference], true), 0);
  const other = anchors([0.8, 0, 0, 0, 10, 10], [0.4, 1, 20, 0, 40, 10], [0.04, 3, 9, 9, 99, 99]);
  assert.equal(outputError([other], [reference], true), 0);
});

Deno.test("output error: boxes by overlap, scores by a tenth, weighted by score", () => {
  // Half of the first box is gone: IoU 0.5.
  const box = anchors([0.8, 0, 0, 0, 5, 10], [0.4, 1, 20, 0, 40, 10], [0.01, 0, 0, 0, 5, 5]);
  near(outputError([box], [reference], true), 100 * 0.8 * 0.5 / 1.2);
  const score = anchors([0.6, 0, 0, 0, 10, 10], [0.4, 1, 20, 0, 40, 10], [0.01, 0, 0, 0, 5, 5]);
  near(outputError([score], [reference], true), 100 * 0.8 * 0.02 / 1.2);
  // Another class: the whole score.
  const label = anchors([0.8, 2, 0, 0, 10, 10], [0.4, 1, 20, 0, 40, 10], [0.01, 0, 0, 0, 5, 5]);
  near(outputError([label], [reference], true), 100 * 0.8 * 0.08 / 1.2);
});

Deno.test("output error: a detection out of nothing counts by its own score", () => {
  const ghost = anchors([0.8, 0, 0, 0, 10, 10], [0.4, 1, 20, 0, 40, 10], [0.51, 0, 0, 0, 5, 5]);
  near(outputError([ghost], [reference], true), 100 * 0.51 * 0.05 / 1.2);
});

Deno.test("output error: pictures are taken together", () => {
  const box = anchors([0.8, 0, 0, 0, 5, 10], [0.4, 1, 20, 0, 40, 10], [0.01, 0, 0, 0, 5, 5]);
  const error = outputError([box, reference], [reference, reference], true);
  near(error, 100 * 0.8 * 0.5 / 2.4);
});

Deno.test("output error: lists in any order are matched by overlap", () => {
  const shuffled = anchors([0.4, 1, 20, 0, 40, 10], [0.8, 0, 0, 0, 10, 10]);
  near(outputError([shuffled], [reference], false), 0);
  // One is missing: its overlap and a tenth of its score; another is there in its place.
  const other = anchors([0.8, 0, 0, 0, 10, 10], [0.3, 0, 50, 50, 60, 60]);
  const wanted = 0.4 * (1 + 0.04) + 0.3 * (1 + 0.03);
  near(outputError([other], [reference], false), 100 * wanted / 1.2);
});
