import type { HeadFamily } from "./contract.ts";
import type { Dimension, OnnxOutline, OnnxValue } from "./onnx.ts";

/** How an output may be read: the family, its classes where the shape tells, its strides. */
export interface HeadReading {
  readonly family: HeadFamily;
  /** undefined: not told by the shape. */
  readonly classes: number | undefined;
  readonly strides: readonly number[];
  /** One decoded box a cell, with objectness: YOLOX's or YOLOv6's, whose inputs differ. */
  readonly decodedCells?: boolean;
}

/** Strides of the heads there are: with P2, as usual, with P6, and YOLOv3-tiny's. */
const ladders: readonly (readonly number[])[] = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
  [16, 32],
];
/** Operators that decode boxes; a YOLOX head that is not decoded has none after its last convolution. */
const arithmetic = new Set(["Add", "Sub", "Mul", "Div", "Exp", "Pow"]);

/** Cells of all levels, or undefined where the input's size is free. */
export function cells(
  width: Dimension,
  height: Dimension,
  strides: readonly number[],
): number | undefined {
  if (typeof width !== "number" || typeof height !== "number") return undefined;
  return strides.reduce((sum, s) => sum + Math.floor(width / s) * Math.floor(height / s), 0);
}

/**
 * Every reading that the output's shape allows, given the input's size:
 * yolov8 is 1×(4+nc)×cells, yolox 1×cells×(5+nc), yolov5 1×3·cells×(5+nc) (three anchors a cell),
 * suppressed 1×N×6.
 */
export function headReadings(
  output: OnnxValue,
  width: Dimension,
  height: Dimension,
  model: Pick<OnnxOutline, "operators" | "metadata">,
): HeadReading[] {
  const shape = output.shape;
  if (shape?.length !== 3) return [];
  const [, rows, columns] = shape as [Dimension, Dimension, Dimension];
  const stride = Number(model.metadata.stride);
  const usual = ladders.filter((ladder) => !(stride > 0) || ladder.at(-1) === stride);
  const readings: HeadReading[] = [];
  const add = (reading: HeadReading) => {
    if (reading.classes === undefined || reading.classes >= 1) readings.push(reading);
  };
  const decodedCells = decoded(model);

  for (const strides of usual) {
    const count = cells(width, height, strides);
    if (count === undefined) break;
    if (columns === count) add({ family: "yolov8", classes: less(rows, 4), strides });
    const classes = less(columns, 5);
    if (rows === count) {
      add({ family: decodedCells ? "yolov5" : "yolox", classes, strides, decodedCells });
    }
    if (rows === 3 * count) add({ family: "yolov5", classes, strides });
  }
  if (readings.length === 0 && columns === 6 && typeof rows === "number" && rows <= 2000) {
    readings.push({ family: "suppressed", classes: undefined, strides: usual[0] ?? [] });
  }
  return readings.length > 0 ? readings : readNames(rows, columns, model, usual[0] ?? []);
}

/** Free dimensions carry the names that the exporters give them: `anchors` is Ultralytics'. */
function readNames(
  rows: Dimension,
  columns: Dimension,
  model: Pick<OnnxOutline, "metadata">,
  strides: readonly number[],
): HeadReading[] {
  const { task, names } = model.metadata;
  if (columns === "anchors" && task === "detect") {
    return [{ family: "yolov8", classes: less(rows, 4), strides }];
  }
  if (rows === "anchors" && names !== undefined && typeof columns === "number" && columns > 5) {
    return [{ family: "yolov5", classes: columns - 5, strides }];
  }
  return [];
}

/** What `family` makes of a shape that tells too little, or undefined where it can't be. */
export function readAs(
  family: HeadFamily,
  output: OnnxValue,
  width: Dimension,
  height: Dimension,
): HeadReading | undefined {
  if (output.shape?.length !== 3) return undefined;
  const [, rows, columns] = output.shape as [Dimension, Dimension, Dimension];
  const [objects, fields] = family === "yolov8" ? [columns, rows] : [rows, columns];
  const own = family === "suppressed" ? 6 : family === "yolov8" ? 4 : 5;
  if (typeof fields === "number" && (family === "suppressed" ? fields !== own : fields <= own)) {
    return undefined;
  }
  const classes = family === "suppressed" ? undefined : less(fields, own);
  for (const strides of ladders) {
    const count = cells(width, height, strides);
    if (family === "suppressed" || count === undefined || typeof objects !== "number") {
      return { family, classes, strides };
    }
    if (objects === count || (family === "yolov5" && objects === 3 * count)) {
      return { family, classes, strides };
    }
  }
  // Decoded boxes can be read without knowing their grid.
  return family === "yolox" ? undefined : { family, classes, strides: [] };
}

function less(dimension: Dimension, own: number): number | undefined {
  return typeof dimension === "number" ? dimension - own : undefined;
}

function decoded(model: Pick<OnnxOutline, "operators">): boolean {
  const last = model.operators.lastIndexOf("Conv");
  return model.operators.slice(last + 1).some((operator) => arithmetic.has(operator));
}
