import type { ModelContract } from "../../model/mod.ts";
import type { FrameTensor } from "../../runtime/packet.ts";
import type { InputSize } from "../calibration/mod.ts";

/** What a detection head says at each of its anchors, before suppression. */
export interface Anchors {
  /** x1, y1, x2, y2 in pixels of the model's input; four an anchor. */
  readonly box: Float32Array;
  /** Of the best class, 0 to 1. */
  readonly score: Float32Array;
  /** The best class. */
  readonly classId: Int32Array;
}

/**
 * Reads a head's output as `nms` does, all anchors in their order.
 *
 * @param outputs Of one picture.
 * @param size Of the model's input: YOLOX's boxes are offsets to cells.
 * @throws {TypeError} None of them fits the model's family.
 */
export function readAnchors(
  outputs: readonly FrameTensor[],
  { family, labels, strides }: Pick<ModelContract, "family" | "labels" | "strides">,
  size: InputSize,
): Anchors {
  const rows = family === "suppressed" ? 6 : labels.length + (family === "yolov8" ? 4 : 5);
  const at = family === "yolov8" ? 1 : 2;
  const output = outputs.find(({ shape, data }) =>
    shape.length === 3 && shape[at] === rows && data instanceof Float32Array
  );
  if (!output) {
    const shapes = outputs.map(({ shape, type }) => `[${shape}] ${type}`).join(", ");
    throw new TypeError(
      `no output is a ${family} head of ${labels.length} classes in f32: there are ${shapes}`,
    );
  }
  const values = output.data as Float32Array;
  if (family === "yolov8") return byColumns(values, rows - 4, output.shape[2]!);
  if (family === "suppressed") return suppressed(values, output.shape[1]!);
  const anchors = byRows(values, rows, output.shape[1]!);
  if (family === "yolox") addCells(anchors.box, strides, size);
  return corners(anchors);
}

/** Centre, width and height become corners, in place. */
function corners(anchors: Anchors): Anchors {
  const { box } = anchors;
  for (let i = 0; i < box.length; i += 4) {
    const [x, y, halfWidth, halfHeight] = [box[i]!, box[i + 1]!, box[i + 2]! / 2, box[i + 3]! / 2];
    box[i] = x - halfWidth;
    box[i + 1] = y - halfHeight;
    box[i + 2] = x + halfWidth;
    box[i + 3] = y + halfHeight;
  }
  return anchors;
}

function empty(count: number): Anchors {
  return {
    box: new Float32Array(count * 4),
    score: new Float32Array(count),
    classId: new Int32Array(count),
  };
}

function byColumns(values: Float32Array, classes: number, count: number): Anchors {
  const anchors = empty(count);
  const { box, score, classId } = anchors;
  for (let side = 0; side < 4; side++) {
    for (let i = 0; i < count; i++) box[i * 4 + side] = values[side * count + i]!;
  }
  for (let one = 0, at = 4 * count; one < classes; one++) {
    for (let i = 0; i < count; i++, at++) {
      if (!(values[at]! > score[i]!)) continue;
      score[i] = values[at]!;
      classId[i] = one;
    }
  }
  return corners(anchors);
}

function byRows(values: Float32Array, width: number, count: number): Anchors {
  const anchors = empty(count);
  const { box, score, classId } = anchors;
  for (let i = 0, at = 0; i < count; i++, at += width) {
    for (let side = 0; side < 4; side++) box[i * 4 + side] = values[at + side]!;
    let best = 0;
    for (let one = 5; one < width; one++) {
      if (!(values[at + one]! > best)) continue;
      best = values[at + one]!;
      classId[i] = one - 5;
    }
    score[i] = best * values[at + 4]!;
  }
  return anchors;
}

/** YOLOX: row by row, level by level; sizes are logarithms. */
function addCells(box: Float32Array, strides: readonly number[], { width, height }: InputSize) {
  let at = 0;
  for (const stride of strides) {
    const columns = Math.floor(width / stride);
    const cells = columns * Math.floor(height / stride);
    for (let cell = 0; cell < cells; cell++, at += 4) {
      box[at] = (box[at]! + cell % columns) * stride;
      box[at + 1] = (box[at + 1]! + Math.floor(cell / columns)) * stride;
      box[at + 2] = Math.exp(box[at + 2]!) * stride;
      box[at + 3] = Math.exp(box[at + 3]!) * stride;
    }
  }
}

function suppressed(values: Float32Array, count: number): Anchors {
  const anchors = empty(count);
  for (let i = 0; i < count; i++) {
    anchors.box.set(values.subarray(i * 6, i * 6 + 4), i * 4);
    anchors.score[i] = values[i * 6 + 4]!;
    anchors.classId[i] = Math.round(values[i * 6 + 5]!);
  }
  return anchors;
}
