import assert from "node:assert/strict";
import { letterbox } from "../../src/elements/letterbox.ts";
import { nms } from "../../src/elements/nms.ts";
import type { ModelContract } from "../../src/model/contract.ts";

const model: ModelContract = {
  path: "m.onnx",
  family: "yolov8",
  labels: ["bottle", "can"],
  strides: [8, 16, 32],
  input: {
    name: "images",
    layout: "NCHW",
    type: "f32",
    order: "BGR",
    width: 640,
    height: 384,
    batch: 1,
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    align: "top-left",
    pad: 100,
  },
};
const context = { camera: "c", id: "x", report() {}, path: (path: string) => path, model };

const part = (options: unknown, known: unknown = context) =>
  letterbox.part(letterbox.options.parse(options), known as typeof context).letterbox as Record<
    string,
    unknown
  >;

Deno.test("letterbox takes size, order, range and padding from the model", () => {
  const made = part({});
  assert.deepEqual([made.width, made.height, made.order, made.scale], [640, 384, "BGR", 1]);
  assert.deepEqual([made.align, made.pad, made.upscale], ["top-left", 100, true]);
  assert.deepEqual([part({ pad: 0 }).pad, part({ align: "center" }).align], [0, "center"]);
});

Deno.test("letterbox names both sizes where the model wants another, and asks where it must", () => {
  assert.throws(() => part({ size: 640 }), /size is 640x640, but m\.onnx takes 640x384 only/);
  const free = {
    ...context,
    model: { ...model, input: { ...model.input, width: null, height: null } },
  };
  assert.throws(() => part({}, free), /m\.onnx takes any input size: say which, size: 640/);
  assert.equal(part({ size: "320x256" }, free).height, 256);
  assert.throws(() => part({}, { ...context, model: undefined }), /say which/);
});

Deno.test("nms keeps classes by label or id, and names the nearest label", () => {
  const keep = (keep: unknown) =>
    (nms.part(nms.options.parse({ keep }), context).nms as { keep: number[] }).keep;
  assert.deepEqual(keep(["can", 0]), [1, 0]);
  assert.throws(() => keep(["botle"]), /no class "botle"; is it "bottle"\?/);
  assert.throws(() => keep([2]), /class 2 is not there; m\.onnx has 0 to 1/);
});
