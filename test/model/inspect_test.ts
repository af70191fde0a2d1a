import assert from "node:assert/strict";
import { contractOf, type ResolvedOverrides } from "../../src/model/assemble.ts";
import { memorySource } from "../../src/model/bytes.ts";
import { inspectModel, ModelError, type ModelOverrides } from "../../src/model/mod.ts";
import { readModel } from "../../src/model/read.ts";
import { shared, skipped } from "../shared.ts";
import { type ModelSketch, onnxBytes, ultralytics } from "./build.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);
const inspect = (sketch: ModelSketch, overrides: ResolvedOverrides = {}) =>
  contractOf(readModel(memorySource(onnxBytes(sketch)), "m"), "m", overrides, "engines.d.");
const refuses = (
  sketch: ModelSketch,
  overrides: ResolvedOverrides,
  message: RegExp,
  options?: string[],
) =>
  assert.throws(() => inspect(sketch, overrides), (error) => {
    assert.ok(error instanceof ModelError, String(error));
    assert.match(error.message, message);
    if (options) assert.deepEqual(error.options, options);
    return true;
  });
const yolox: ModelSketch = { input: [1, 3, 416, 416], output: [1, 3549, 85] };

Deno.test("Ultralytics' metadata tells everything", () => {
  const contract = inspect({ metadata: ultralytics(80) });
  assert.equal(contract.family, "yolov8");
  assert.equal(contract.labels.length, 80);
  assert.deepEqual(contract.strides, [8, 16, 32]);
  assert.deepEqual(contract.input, {
    name: "images",
    layout: "NCHW",
    type: "f32",
    width: 640,
    height: 640,
    batch: 1,
    order: "RGB",
    scale: 1 / 255,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    align: "center",
    pad: 114,
  });
});

Deno.test("metadata may say how pictures are prepared; options come first, nonsense is asked for", () => {
  const more = { author: "Lineside", order: "RGB", scale: String(1 / 255), align: "center" };
  const own = ultralytics(80, more);
  assert.deepEqual(inspect({ metadata: own }).input, inspect({ metadata: ultralytics(80) }).input);
  const other =
    inspect({ metadata: { ...own, order: "BGR", scale: "1", align: "top-left" } }).input;
  assert.deepEqual([other.order, other.scale, other.align], ["BGR", 1, "top-left"]);
  assert.equal(inspect({ metadata: own }, { order: "BGR" }).input.order, "BGR");
  refuses({ metadata: { ...own, order: "purple", scale: "-1" } }, {}, /order.*scale/s, [
    "order",
    "scale",
  ]);
});

Deno.test("a transposed YOLOv8 head is refused, with what to do", () => {
  const head: ModelSketch = { output: [1, 8400, 84] };
  const hint = /transposed: export it as 1×\(4\+classes\)×N/;
  refuses({ ...head, metadata: ultralytics(80) }, {}, hint);
  refuses(head, { labels: names(80) }, hint);
  refuses(head, { family: "yolov8", labels: names(80) }, hint);
  refuses(yolox, { labels: names(79) }, /has 79 names, but .* has 80 classes$/);
});

Deno.test("tells the family by the number of cells and anchors", () => {
  const six = { metadata: ultralytics(80, { stride: "64" }) };
  assert.equal(
    inspect({ ...six, input: [1, 3, 1280, 1280], output: [1, 84, 34000] }).strides[3],
    64,
  );
  assert.equal(inspect(yolox, { labels: names(80) }).family, "yolox");
  const yolov5 = {
    output: [1, 25200, 85],
    metadata: { stride: "32", names: ultralytics(80).names },
  };
  assert.equal(inspect(yolov5).family, "yolov5");
  assert.equal(inspect(yolov5).input.align, "center");
  assert.equal(inspect({ output: [1, 300, 6], metadata: ultralytics(80) }).family, "suppressed");
  // A rectangle: 640 wide, 384 high.
  assert.equal(
    inspect({ input: [1, 3, 384, 640], output: [1, 84, 5040], metadata: ultralytics(80) }).input
      .height,
    384,
  );
});

Deno.test("free dimensions: the exporter's names tell, else it is asked for", () => {
  const free = { input: ["batch", 3, "height", "width"], output: ["batch", "x", "anchors"] };
  const contract = inspect({ ...free, metadata: ultralytics(6) });
  assert.equal(contract.family, "yolov8");
  assert.deepEqual(
    [contract.input.batch, contract.input.width, contract.input.height],
    [null, null, null],
  );
  refuses({ ...free, output: ["a", "b", "c"] }, { labels: names(2) }, /engines\.d\.family/, [
    "family",
  ]);
  assert.equal(
    inspect({ ...free, output: ["a", "b", "c"], metadata: ultralytics(6) }, { family: "yolov8" })
      .labels
      .length,
    6,
  );
});

Deno.test("YOLOX takes BGR from 0 to 255, top-left; a decoded one may be another", () => {
  const { input } = inspect(yolox, { labels: names(80) });
  assert.deepEqual([input.order, input.scale, input.align], ["BGR", 1, "top-left"]);
  refuses(
    { ...yolox, operators: ["Conv", "Exp", "Mul"] },
    { labels: names(80) },
    /order.*scale.*align/,
    [
      "order",
      "scale",
      "align",
    ],
  );
});

Deno.test("asks for all that is missing in one go", () => {
  refuses({}, {}, /labels:` 80 names.*order:.*scale:.*align:.*family: yolov8/, [
    "labels",
    "order",
    "scale",
    "align",
  ]);
  assert.equal(inspect({}, { labels: names(80), family: "yolov8" }).input.scale, 1 / 255);
  const said = inspect({}, {
    labels: names(80),
    order: "BGR",
    scale: 1,
    align: "top-left",
    pad: 0,
  });
  assert.deepEqual([said.input.order, said.input.scale, said.input.pad], ["BGR", 1, 0]);
});

Deno.test("layout and channels are told by the shape", () => {
  const metadata = ultralytics(80);
  assert.equal(inspect({ input: [1, 640, 640, 3], metadata }).input.layout, "NHWC");
  assert.equal(inspect({ input: [1, 1, 640, 640], metadata }).input.order, "GREY");
  refuses({ input: [1, 3, 640, 3], output: [1, 7, 99], metadata }, {}, /layout/, ["layout"]);
  refuses({ input: [1, 4, 640, 640], metadata }, {}, /1×4×640×640; expected 3 or 1 channels/);
  refuses(
    { metadata },
    { layout: "NHWC" },
    /layout: NHWC` contradicts .*1×3×640×640: 640 channels/,
  );
  refuses({ metadata }, { order: "GREY" }, /order: GREY` contradicts its input, which has 3/);
  refuses({ input: [3, 640, 640], metadata }, {}, /expected a picture/);
});

Deno.test("types: bytes are not scaled, others are refused", () => {
  const metadata = ultralytics(80);
  assert.equal(inspect({ type: 10, metadata }).input.type, "f16");
  assert.equal(inspect({ type: 2, metadata }).input.scale, 1);
  refuses({ type: 2, metadata }, { scale: 0.5 }, /takes bytes \(uint8\)/);
  refuses({ type: 7, metadata }, {}, /its input images is int64; expected float32/);
});

Deno.test("contradictions name both sides", () => {
  refuses(
    { metadata: ultralytics(80) },
    { family: "yolox" },
    /engines\.d\.family: yolox` contradicts it: .*1×84×8400, which is yolov8/,
  );
  refuses(yolox, { labels: names(3) }, /labels` has 3 names, but .*1×3549×85\) has 80 classes/);
  refuses({ metadata: ultralytics(79) }, {}, /metadata names 79 classes, but .* has 80/);
  refuses({ metadata: ultralytics(80, { task: "segment" }) }, {}, /for the task segment/);
  refuses(
    { metadata: ultralytics(80) },
    { std: 0 },
    /engines\.d\.std` must be one number or three/,
  );
});

Deno.test("what is no detection model is refused, with its shape", () => {
  refuses(
    { output: [1, 1000] },
    {},
    /not a detection model: its output output0 is 1×1000; expected/,
  );
  refuses({ output: [1, 84, 20, 20] }, {}, /not a detection model/);
  refuses({ output: [1, 100, 7] }, {}, /not a detection model that Lineside reads/);
});

const models = shared("models");
Deno.test({
  name: "the shared models",
  ignore: skipped("the shared models", { "../shared/data/models": models }),
  async fn(test) {
    const expectations: [string, ModelOverrides, unknown][] = [
      ["yolox_nano_coco_416_fp32", { labels: "coco" }, ["yolox", 80, 416, "BGR", 1, "top-left"]],
      ["yolox_nano_coco_416_fp32", {}, /`labels:` 80 names, by class id/],
      ["yolov8n_fp32_reconstructed", {}, ["yolov8", 80, 640, "RGB", 1 / 255, "center"]],
      ["yolov8n_deeppcb_fp32", {}, ["yolov8", 6, 640, "RGB", 1 / 255, "center"]],
      ["yolov8n_deeppcb_fp32", { labels: "coco" }, /80 names, but its output .* has 6 classes/],
      ["yolov8n_deeppcb_fp32_dynamic", {}, ["yolov8", 6, null, "RGB", 1 / 255, "center"]],
      ["yolov8n_deeppcb_fp32_dynamic", { labels: "coco" }, /its metadata names 6/],
      ["osnet_x0_25_msmt17", {}, /not a detection model: its output output is 1×512/],
      ["yolox_nano_coco_416_fp32", { labels: "cocoo" }, /neither `coco`.*did you mean `coco`/],
    ];
    for (const [name, overrides, expected] of expectations) {
      await test.step(`${name} ${JSON.stringify(overrides)}`, async () => {
        const inspected = inspectModel(`${models}/${name}.onnx`, overrides);
        if (expected instanceof RegExp) {
          await assert.rejects(inspected, (error: Error) => {
            assert.ok(error instanceof ModelError);
            assert.match(error.message, expected);
            return true;
          });
          return;
        }
        const { family, labels, input } = await inspected;
        assert.deepEqual(
          [family, labels.length, input.width, input.order, input.scale, input.align],
          expected,
        );
      });
    }
  },
});
