import assert from "node:assert/strict";
import { chart } from "../../bench/quantize/chart.ts";
import { digest, kept } from "../../bench/quantize/cache.ts";
import { boards } from "../../bench/quantize/material.ts";
import { headInputs, variantText } from "../../bench/quantize/nncf.ts";
import { parseAnnotations } from "../../src/evaluate/mod.ts";
import { shared } from "../shared.ts";

const deeppcb = shared("models/yolov8n_deeppcb_fp32.onnx");
const pictures = shared("deeppcb/images");

Deno.test("bench: a chart puts points where its marks say", () => {
  const svg = chart(
    [{ name: "a <b>", joined: true, points: [{ x: 50, y: 1 }, { x: 800, y: 3 }] }],
    {
      title: "t",
      x: "images",
      y: "AP",
      marks: [50, 200, 800],
    },
  );
  // The steps grow fourfold each: 200 lies in the middle between 50 and 800.
  const places = [...svg.matchAll(/<text x="([\d.]+)" y="446"[^>]*>(\d+)</g)]
    .map(([, x, value]) => [Number(value), Number(x)] as const);
  assert.deepEqual(places.map(([value]) => value), [50, 200, 800]);
  const [[, first], [, middle], [, last]] = places as [
    readonly [number, number],
    readonly [number, number],
    readonly [number, number],
  ];
  assert.deepEqual(middle, (first + last) / 2);
  const [line] = /<polyline points="([^"]*)"/.exec(svg)!.slice(1);
  const points = line!.split(" ").map((point) => point.split(",").map(Number));
  assert.deepEqual(points.map(([x]) => x), [first, last]);
  assert(points[0]![1]! > points[1]![1]!, "more lies above less");
  assert.match(svg, /a &lt;b&gt;/);
});

Deno.test("bench: what was made for a key is not made again, what was made for another is", async () => {
  const folder = await Deno.makeTempDir();
  try {
    let made = 0;
    const make = (key: string) => kept(folder, [key, 1], () => Promise.resolve(++made));
    assert.deepEqual([await make("a"), await make("a"), await make("b"), await make("a")], [
      1,
      1,
      2,
      1,
    ]);
    assert(await digest("a", "b") !== await digest("ab", ""));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("bench: NNCF's variants have words", () => {
  assert.deepEqual(variantText("mixed-head-cut"), "NNCF mixed, head float, 99.99 %");
  assert.deepEqual(variantText("mixed-last50"), "NNCF mixed, last 50 % float");
});

Deno.test({
  name: "bench: the head of the boards' model begins at the three levels of the neck",
  ignore: deeppcb === null,
  fn() {
    assert.deepEqual(
      headInputs(deeppcb!),
      [15, 18, 21].map((block) => `/model.${block}/cv2/act/Mul_output_0`),
    );
  },
});

Deno.test({
  name: "bench: every tenth board is held out, with its boxes",
  ignore: pictures === null,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const { calibration, held } = await boards(folder);
      const lines = async (file: string) => (await Deno.readTextFile(file)).trim().split("\n");
      const [others, tenth] = [await lines(calibration.images), await lines(held.images)];
      assert.deepEqual([others.length, tenth.length], [900, 100]);
      const all = [...others, ...tenth].toSorted();
      assert.deepEqual(tenth, all.filter((_, i) => i % 10 === 9));
      const truth = parseAnnotations(await Deno.readTextFile(held.annotations), held.annotations);
      const first = await lines(
        shared("deeppcb/labels")! + `/${truth.images[0]!.fileName}`
          .replace("jpg", "txt"),
      );
      const [x1, y1, x2, y2, category] = first[0]!.split(" ").map(Number) as number[];
      assert.deepEqual([...truth.box.slice(0, 4)], [x1, y1, x2! - x1!, y2! - y1!]);
      assert.equal(truth.categories[truth.category[0]!]!.id, category);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
