import assert from "node:assert/strict";
import {
  bootstrap,
  detectionColumns,
  type Detections,
  evaluateDetections,
  type GroundTruth,
  parseAnnotations,
} from "../../src/evaluate/mod.ts";
import { meanPrecision, PrecisionReader } from "../../src/evaluate/precision.ts";
import { random } from "../tracking/random.ts";

/** Pictures with boxes; detections find a share of them, `shake` pixels off. */
function scene(images: number, share: number, shake: number, seed = 5): [GroundTruth, Detections] {
  const place = random(seed);
  const noise = random(seed + 100);
  const annotations = Array.from({ length: images * 5 }, (_, i) => ({
    id: i + 1,
    image_id: i % images,
    category_id: i % 3,
    bbox: [place() * 300, place() * 300, 30 + place() * 90, 30 + place() * 90],
    iscrowd: place() < 0.05 ? 1 : 0,
  }));
  const truth = parseAnnotations(
    JSON.stringify({
      images: Array.from({ length: images }, (_, id) => ({ id, file_name: `${id}.jpg` })),
      categories: [0, 1, 2].map((id) => ({ id, name: `class ${id}` })),
      annotations,
    }),
    "gt",
  );
  const rows = annotations.flatMap(({ image_id: image, category_id: category, bbox }) => [
    ...(noise() < share
      ? [{
        image,
        category,
        box: bbox.map((value) => value + (noise() - 0.5) * shake),
        score: 0.3 + noise() * 0.7,
      }]
      : []),
    { image, category, box: [noise() * 300, noise() * 300, 50, 50], score: noise() * 0.6 },
  ]);
  return [truth, detectionColumns(rows)];
}

/** The data set with each picture as often as its weight says. */
function repeated(truth: GroundTruth, found: Detections, weights: readonly number[]) {
  const images: number[] = [];
  for (const [image, count] of weights.entries()) {
    for (let i = 0; i < count; i++) images.push(image);
  }
  const copy = <T extends { image: Int32Array }>(
    columns: T,
    pick: (row: number, at: number) => void,
  ) =>
    images.forEach((image, at) =>
      columns.image.forEach((own, row) => own === image && pick(row, at))
    );
  const annotations: unknown[] = [];
  copy(truth, (row, at) =>
    annotations.push({
      id: annotations.length + 1,
      image_id: at,
      category_id: truth.category[row]!,
      bbox: [...truth.box.subarray(row * 4, row * 4 + 4)],
      area: truth.area[row],
      iscrowd: truth.crowd[row],
    }));
  const rows: Parameters<typeof detectionColumns>[0][number][] = [];
  copy(found, (row, image) =>
    rows.push({
      image,
      category: found.category[row]!,
      box: [...found.box.subarray(row * 4, row * 4 + 4)],
      score: found.score[row]!,
    }));
  const again = parseAnnotations(
    JSON.stringify({
      images: images.map((_, id) => ({ id, file_name: `${id}` })),
      categories: truth.categories,
      annotations,
    }),
    "again",
  );
  return evaluateDetections(again, detectionColumns(rows)).figures;
}

Deno.test("a weight is the same as that many copies of the picture", () => {
  const [truth, found] = scene(20, 0.7, 20);
  const { matches } = evaluateDetections(truth, found);
  const next = random(9);
  for (let round = 0; round < 5; round++) {
    const weights = truth.images.map(() => Math.floor(next() * 4));
    const reader = new PrecisionReader();
    const classes = matches.map((one) => meanPrecision(reader.read(one, 0, 100, weights)));
    const mean = classes.reduce((sum, value) => sum + value, 0) / classes.length;
    assert.ok(Math.abs(mean - repeated(truth, found, weights).AP) < 1e-12);
  }
});

Deno.test("the same seed gives the same intervals, which hold the figures; no difference to itself", () => {
  const [truth, found] = scene(60, 0.7, 20);
  const evaluation = evaluateDetections(truth, found);
  const one = bootstrap([evaluation, evaluation], 60, { seed: 4 });
  assert.deepEqual(bootstrap([evaluation, evaluation], 60, { seed: 4 }), one);
  assert.notDeepEqual(bootstrap([evaluation, evaluation], 60, { seed: 5 }), one);
  const { AP, AP50 } = one.figures[0]!;
  assert.ok(AP.low < evaluation.figures.AP && evaluation.figures.AP < AP.high);
  assert.ok(AP50.low < evaluation.figures.AP50 && evaluation.figures.AP50 < AP50.high);
  assert.ok(AP.high - AP.low > 0.01);
  assert.deepEqual(one.differences[1]!.AP, { low: 0, high: 0 });
});

Deno.test("a small difference is told by pairing, though the figures' intervals overlap", () => {
  const [truth, found] = scene(80, 0.7, 6);
  const box = found.box.map((value, i) => value + (i % 4 < 2 ? 1 : 0));
  const better = evaluateDetections(truth, found);
  const worse = evaluateDetections(truth, { ...found, box });
  const { figures, differences } = bootstrap([better, worse], 80);
  assert.ok(worse.figures.AP < better.figures.AP);
  assert.ok(figures[1]!.AP.high > figures[0]!.AP.low, "the intervals overlap");
  const { high } = differences[1]!.AP;
  assert.ok(high < 0, `${worse.figures.AP - better.figures.AP}, at most ${high}`);
});
