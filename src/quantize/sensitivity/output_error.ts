import type { Anchors } from "./anchors.ts";

/** What scores no more than this is not looked at: it hardly becomes a detection. */
const least = 0.05;

/**
 * What a difference of scores counts beside as much of an overlap: little, because scores that all
 * rise or sink leave the order of detections as it was. Of YOLOv8n's and YOLOX-Nano's loss on
 * annotated pictures, 22 configurations each, this explains most.
 */
const scoreShare = 0.1;

/**
 * How far a model's raw answers are from the reference's: over the anchors that score over 0.05 in
 * either, each weighted by the higher of its scores, the mean of
 * (1 - IoU of the two boxes) + |difference of scores| / 10; where the classes differ, the whole
 * score counts as the difference. Per cent of the sum of the reference's scores, so that what is
 * found where nothing was counts in full; 0 is none. Smooth, and nearly the same on any pictures.
 *
 * @param matched Whether anchor i of one is anchor i of the other. Heads that suppress by
 * themselves give lists in an order of their own: there the boxes of a class that overlap most are
 * compared.
 */
export function outputError(
  model: readonly Anchors[],
  reference: readonly Anchors[],
  matched: boolean,
): number {
  const sum = { error: 0, weight: 0 };
  reference.forEach((one, picture) => add(sum, model[picture]!, one, matched));
  return sum.error === 0 ? 0 : 100 * sum.error / Math.max(sum.weight, least);
}

function add(
  sum: { error: number; weight: number },
  model: Anchors,
  reference: Anchors,
  matched: boolean,
): void {
  const pair = matched ? undefined : overlapping(model, reference);
  const taken = new Set(pair);
  for (let i = 0; i < reference.score.length; i++) {
    const own = reference.score[i]!;
    if (own > least) sum.weight += own;
    const j = pair ? pair[i]! : i;
    const other = j < 0 ? 0 : model.score[j]!;
    const weight = Math.max(own, other);
    if (!(weight > least)) continue;
    const same = j >= 0 && model.classId[j] === reference.classId[i];
    const apart = scoreShare * (same ? Math.abs(own - other) : weight);
    sum.error += weight * ((j < 0 ? 1 : 1 - boxIou(model.box, j, reference.box, i)) + apart);
  }
  if (!pair) return;
  model.score.forEach((score, j) => {
    if (score > least && !taken.has(j)) sum.error += score * (1 + scoreShare * score);
  });
}

/** For each anchor of the reference that of the model, or -1; those that overlap most first. */
function overlapping(model: Anchors, reference: Anchors): Int32Array {
  const pairs: { i: number; j: number; overlap: number }[] = [];
  reference.score.forEach((own, i) => {
    if (!(own > least)) return;
    model.score.forEach((score, j) => {
      if (!(score > least) || model.classId[j] !== reference.classId[i]) return;
      const overlap = boxIou(model.box, j, reference.box, i);
      if (overlap > 0) pairs.push({ i, j, overlap });
    });
  });
  pairs.sort((a, b) => b.overlap - a.overlap);
  const found = new Int32Array(reference.score.length).fill(-1);
  const taken = new Set<number>();
  for (const { i, j } of pairs) {
    if (found[i]! >= 0 || taken.has(j)) continue;
    found[i] = j;
    taken.add(j);
  }
  return found;
}

function boxIou(a: Float32Array, i: number, b: Float32Array, j: number): number {
  const [p, q] = [i * 4, j * 4];
  const width = Math.min(a[p + 2]!, b[q + 2]!) - Math.max(a[p]!, b[q]!);
  const height = Math.min(a[p + 3]!, b[q + 3]!) - Math.max(a[p + 1]!, b[q + 1]!);
  if (!(width > 0 && height > 0)) return 0;
  const shared = width * height;
  const whole = (a[p + 2]! - a[p]!) * (a[p + 3]! - a[p + 1]!) +
    (b[q + 2]! - b[q]!) * (b[q + 3]! - b[q + 1]!) - shared;
  return whole > 0 ? shared / whole : 0;
}
