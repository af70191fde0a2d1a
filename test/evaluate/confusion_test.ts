import assert from "node:assert/strict";
import { confusionChart } from "../../src/evaluate/chart/confusion_chart.ts";
import { curveChart } from "../../src/evaluate/chart/curve_chart.ts";
import {
  confusionOf,
  detectionColumns,
  evaluateDetections,
  parseAnnotations,
} from "../../src/evaluate/mod.ts";
import sharp from "sharp";

const box = (x: number) => [x, 0, 10, 10];
const truth = parseAnnotations(
  JSON.stringify({
    images: [{ id: 1, file_name: "a.jpg" }],
    categories: ["cat", "dog <& co>", "never"].map((name, id) => ({ id, name })),
    annotations: [
      { id: 1, image_id: 1, category_id: 0, bbox: box(0) },
      { id: 2, image_id: 1, category_id: 0, bbox: box(50) },
      { id: 3, image_id: 1, category_id: 1, bbox: box(100) },
      { id: 4, image_id: 1, category_id: 1, bbox: [200, 0, 100, 100], iscrowd: 1 },
    ],
  }),
  "gt",
);
const row = (category: number, x: number, score = 0.9) => ({
  image: 0,
  category,
  box: box(x),
  score,
});
const found = detectionColumns([
  row(0, 1), // right
  row(1, 51), // a dog that is a cat
  row(1, 100, 0.1), // too weak: a dog is missed
  row(0, 400), // nothing is there
  row(1, 220), // within a crowd
]);

Deno.test("confusion: right, wrong, missed, false, in a crowd, too weak", () => {
  const { names, counts } = confusionOf(truth, found);
  assert.deepEqual(names, ["cat", "dog <& co>", "never"]);
  assert.deepEqual([...counts], [
    ...[1, 1, 0, 0],
    ...[0, 0, 0, 1],
    ...[0, 0, 0, 0],
    ...[1, 0, 0, 0],
  ]);
  assert.equal(confusionOf(truth, found, { score: 0.05 }).counts[1 * 4 + 1], 1);
});

/** Draws it; returns how many pixels are not white. */
async function ink(svg: string): Promise<number> {
  const { data, info } = await sharp(new TextEncoder().encode(svg)).greyscale().raw()
    .toBuffer({ resolveWithObject: true });
  assert.ok(info.width > 200 && info.height > 200);
  return data.reduce((sum: number, value: number) => sum + (value < 250 ? 1 : 0), 0);
}

Deno.test("the matrix can be drawn, whatever classes are called; those that never occur are not", async () => {
  const svg = confusionChart(confusionOf(truth, found), "a & b");
  assert.match(svg, /dog &lt;&amp; co&gt;/);
  assert.doesNotMatch(svg, /never/);
  // Three rows of three.
  assert.equal(svg.match(/<rect [^>]*stroke=/g)!.length, 9);
  assert.ok(await ink(svg) > 1000);
});

Deno.test("curves can be drawn: of one model its classes, of several their means", async () => {
  const evaluation = evaluateDetections(truth, found);
  const one = curveChart(new Map([["m.onnx", evaluation]]));
  assert.match(one, /mean of 2 classes/);
  assert.match(one, /dog &lt;&amp; co&gt;/);
  assert.equal(one.match(/<polyline/g)!.length, 3);
  const two = curveChart(new Map([["m.onnx", evaluation], ["n.onnx", evaluation]]));
  assert.equal(two.match(/<polyline/g)!.length, 2);
  assert.match(two, /n\.onnx/);
  assert.ok(await ink(one) > 1000 && await ink(two) > 1000);
});
