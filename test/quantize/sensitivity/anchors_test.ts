import assert from "node:assert/strict";
import { readAnchors } from "../../../src/quantize/sensitivity/anchors.ts";

const tensor = (shape: number[], ...values: number[]) => ({
  name: "out",
  type: "f32" as const,
  shape,
  data: Float32Array.from(values),
});
const size = { width: 32, height: 32 };

Deno.test("anchors: YOLOv8's head, column by column", () => {
  // deno-fmt-ignore
  const output = tensor([1, 6, 2],  10, 20,  10, 20,  4, 8,  2, 4,  0.25, 0.5,  0.75, 0.125);
  const contract = { family: "yolov8" as const, labels: ["a", "b"], strides: [8] };
  const { box, score, classId } = readAnchors([output], contract, size);
  assert.deepEqual([...box], [8, 9, 12, 11, 16, 18, 24, 22]);
  assert.deepEqual([...score], [0.75, 0.5]);
  assert.deepEqual([...classId], [1, 0]);
});

Deno.test("anchors: YOLOX's head, offsets to the cells of each level", () => {
  const cells = 4 + 1;
  const rows = Array.from({ length: cells }, () => [0.5, 0.5, 0, Math.log(2), 0.5, 0.5, 0.25]);
  const output = tensor([1, cells, 7], ...rows.flat());
  const contract = { family: "yolox" as const, labels: ["a", "b"], strides: [16, 32] };
  const { box, score, classId } = readAnchors([output], contract, size);
  // The last cell of the first level: at 16, 16; 16 wide and 32 high.
  for (const [i, value] of [16, 8, 32, 40].entries()) {
    assert.ok(Math.abs(box[12 + i]! - value) < 1e-5, `${box.subarray(12, 16)}`);
  }
  for (const [i, value] of [0, -16, 32, 48].entries()) {
    assert.ok(Math.abs(box[16 + i]! - value) < 1e-5, `${box.subarray(16)}`);
  }
  assert.deepEqual([score[4], classId[4]], [0.25, 0]);
});

Deno.test("anchors: boxes that are suppressed already are taken as they are", () => {
  const output = tensor([1, 1, 6], 1, 2, 3, 4, 0.5, 7);
  const contract = { family: "suppressed" as const, labels: ["a"], strides: [] };
  const { box, score, classId } = readAnchors([output], contract, size);
  assert.deepEqual([[...box], [...score], [...classId]], [[1, 2, 3, 4], [0.5], [7]]);
});

Deno.test("anchors: of several outputs the one that fits; none is an error that names them", () => {
  const contract = { family: "yolov5" as const, labels: ["a"], strides: [8] };
  const head = tensor([1, 1, 6], 2, 2, 2, 2, 0.5, 1);
  const read = readAnchors([tensor([1, 3], 0, 0, 0), head], contract, size);
  assert.deepEqual([...read.box], [1, 1, 3, 3]);
  assert.throws(
    () => readAnchors([tensor([1, 7, 1], 0, 0, 0, 0, 0, 0, 0)], contract, size),
    /no output is a yolov5 head of 1 classes in f32: there are \[1,7,1\] f32/,
  );
});
