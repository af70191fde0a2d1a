import { DataError } from "./error.ts";
import { parseJson } from "./json.ts";
import { boxOf, integerOf, kindOf, numberOf, type Place, recordOf } from "./record.ts";
import { type GroundTruth, indices, lookUp } from "./truth.ts";

/** Detections as columns, in the order in which they were given. */
export interface Detections {
  /** Index into the ground truth's `images`. */
  readonly image: Int32Array;
  /** Index into the ground truth's `categories`. */
  readonly category: Int32Array;
  /** x, y, width and height in pixels; four a box. */
  readonly box: Float64Array;
  /** 0 to 1; only their order matters. */
  readonly score: Float64Array;
}

/** One detection on its way into {@linkcode detectionColumns}. */
export interface DetectionRow {
  /** Index into the ground truth's `images`. */
  readonly image: number;
  /** Index into the ground truth's `categories`. */
  readonly category: number;
  /** x, y, width, height in pixels. */
  readonly box: readonly number[];
  /** 0 to 1. */
  readonly score: number;
}

/** Columns of rows. */
export function detectionColumns(rows: readonly DetectionRow[]): Detections {
  const columns = emptyColumns(rows.length);
  rows.forEach(({ image, category, box, score }, i) => {
    columns.image[i] = image;
    columns.category[i] = category;
    columns.box.set(box, i * 4);
    columns.score[i] = score;
  });
  return columns;
}

/**
 * Reads detections in COCO's results format: a list of `image_id`, `category_id`, `bbox`, `score`.
 *
 * @param text JSON.
 * @param name What messages call it.
 * @param truth What the ids belong to.
 * @throws {DataError} It is no JSON, or a record lacks something or names what `truth` does not have.
 */
export function parseDetections(text: string, name: string, truth: GroundTruth): Detections {
  const list = parseJson(text, name);
  if (!Array.isArray(list)) {
    throw new DataError(
      name,
      `expected a list of detections (image_id, category_id, bbox, score), found ${kindOf(list)}`,
    );
  }
  const imageAt = indices(truth.images);
  const categoryAt = indices(truth.categories);
  const columns = emptyColumns(list.length);
  for (let i = 0; i < list.length; i++) {
    const place: Place = { file: name, list: "", index: i };
    const record = recordOf(list[i], place);
    const id = integerOf(record, "image_id", place);
    columns.image[i] = lookUp(imageAt, id, "image_id", place, truth.name);
    const category = integerOf(record, "category_id", place);
    columns.category[i] = lookUp(categoryAt, category, "category_id", place, truth.name);
    columns.box.set(boxOf(record, place), i * 4);
    columns.score[i] = numberOf(record, "score", place);
  }
  return columns;
}

function emptyColumns(count: number) {
  return {
    image: new Int32Array(count),
    category: new Int32Array(count),
    box: new Float64Array(count * 4),
    score: new Float64Array(count),
  };
}
