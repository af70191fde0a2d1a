import assert from "node:assert/strict";
import { KalmanFilters } from "../../src/tracking/kalman.ts";
import { random } from "./random.ts";

type Matrix = number[][];
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const sum = (a: Matrix, b: Matrix, sign = 1): Matrix =>
  a.map((row, i) => row.map((value, j) => value + sign * b[i]![j]!));
const diagonal = (values: number[]): Matrix =>
  values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));

function inverse(a: Matrix): Matrix {
  const n = a.length;
  const work = a.map((row, i) => [...row, ...diagonal(Array(n).fill(1))[i]!]);
  for (let i = 0; i < n; i++) {
    const pivot = work[i]![i]!;
    work[i] = work[i]!.map((value) => value / pivot);
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = work[k]![i]!;
      work[k] = work[k]!.map((value, j) => value - factor * work[i]![j]!);
    }
  }
  return work.map((row) => row.slice(n));
}

/** The textbook filter with full 8×8 matrices, and the same noise. */
class FullFilter {
  mean: Matrix;
  covariance: Matrix;
  constructor(measured: number[]) {
    const h = measured[3]!;
    this.mean = [...measured, 0, 0, 0, 0].map((value) => [value]);
    const [p, v, s] = [h / 10, h / 4, h / 16];
    this.covariance = diagonal([p, p, p, p, v, v, s, s].map((value) => value * value));
  }
  predict() {
    const h = this.mean[3]![0]!;
    const [p, v, s] = [h / 20, h / 40, h / 160];
    const move = diagonal(Array(8).fill(1));
    for (let i = 0; i < 4; i++) move[i]![i + 4] = 1;
    this.mean = times(move, this.mean);
    const noise = diagonal([p, p, p, p, v, v, s, s].map((value) => value * value));
    this.covariance = sum(times(times(move, this.covariance), transposed(move)), noise);
  }
  correct(measured: number[]) {
    const p = this.mean[3]![0]! / 20;
    const observe = diagonal(Array(8).fill(1)).slice(0, 4);
    const noise = diagonal(Array(4).fill(p * p));
    const projected = sum(times(times(observe, this.covariance), transposed(observe)), noise);
    const gain = times(times(this.covariance, transposed(observe)), inverse(projected));
    const innovation = sum(measured.map((value) => [value]), times(observe, this.mean), -1);
    this.mean = sum(this.mean, times(gain, innovation));
    this.covariance = sum(
      this.covariance,
      times(times(gain, projected), transposed(gain)),
      -1,
    );
  }
}

Deno.test("the four blocks give what the full 8×8 filter gives", () => {
  const next = random(5);
  const filters = new KalmanFilters();
  let [x, y, w, h] = [300, 200, 60, 150];
  const slot = filters.start(x - w / 2, y - h / 2, x + w / 2, y + h / 2);
  const full = new FullFilter([x, y, w, h]);
  for (let frame = 0; frame < 200; frame++) {
    full.predict();
    filters.predict(slot, 1);
    if (next() < 0.7) {
      [x, y, w, h] = [x + next() * 6 - 2, y + next() * 4 - 2, w + next() - 0.5, h + next() * 2 - 1];
      full.correct([x, y, w, h]);
      filters.correct(slot, x - w / 2, y - h / 2, x + w / 2, y + h / 2);
    }
    const mean = filters.mean(slot);
    const covariance = filters.covariance(slot);
    const close = (found: number, expected: number) =>
      assert.ok(
        Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
        `frame ${frame}: ${found}, expected ${expected}`,
      );
    for (let i = 0; i < 8; i++) close(mean[i]!, full.mean[i]![0]!);
    for (let i = 0; i < 4; i++) {
      close(covariance[i * 3]!, full.covariance[i]![i]!);
      close(covariance[i * 3 + 1]!, full.covariance[i]![i + 4]!);
      close(covariance[i * 3 + 2]!, full.covariance[i + 4]![i + 4]!);
    }
  }
});

Deno.test("several steps at once are as many single ones", () => {
  const filters = new KalmanFilters();
  const [a, b] = [filters.start(0, 0, 50, 100), filters.start(0, 0, 50, 100)];
  for (const slot of [a, b]) {
    filters.predict(slot, 1);
    filters.correct(slot, 4, 2, 56, 108);
  }
  filters.predict(a, 3);
  for (let i = 0; i < 3; i++) filters.predict(b, 1);
  assert.deepEqual(filters.mean(a), filters.mean(b));
  assert.deepEqual(filters.covariance(a), filters.covariance(b));
});

Deno.test("slots are used again, and others stay as they are when there come more", () => {
  const filters = new KalmanFilters();
  const slots = Array.from({ length: 500 }, (_, i) => filters.start(i, 0, i + 10, 20));
  assert.equal(new Set(slots).size, 500);
  const box = new Float64Array(4);
  filters.box(slots[7]!, box, 0);
  assert.deepEqual([...box], [7, 0, 17, 20]);
  filters.stop(slots[7]!);
  assert.equal(filters.start(1, 1, 2, 2), slots[7]);
});
