import { DataError } from "./error.ts";
import { parseJson } from "./json.ts";
import { boxOf, integerOf, isRecord, kindOf, mistake, type Place, recordOf } from "./record.ts";

/** A picture that the annotations tell of. */
export interface TruthImage {
  /** As in the file. */
  readonly id: number;
  /** As in the file; may have folders before it. */
  readonly fileName: string;
}

/** A class of the annotations. */
export interface Category {
  /** As in the file. */
  readonly id: number;
  /** As in the file. */
  readonly name: string;
}

/** COCO annotations as columns: element i of each belongs to box i, in the file's order. */
export interface GroundTruth {
  /** What messages call it. */
  readonly name: string;
  /** By id. */
  readonly images: readonly TruthImage[];
  /** By id. */
  readonly categories: readonly Category[];
  /** Index into `images`. */
  readonly image: Int32Array;
  /** Index into `categories`. */
  readonly category: Int32Array;
  /** x, y, width and height in pixels; four a box. */
  readonly box: Float64Array;
  /** Square pixels: of the object's mask where the file tells, else of the box. */
  readonly area: Float64Array;
  /** 1: a region of many objects; what is found in it counts neither for nor against. */
  readonly crowd: Uint8Array;
}

/**
 * Reads a COCO annotation file.
 *
 * @param text JSON.
 * @param name What messages call it.
 * @throws {DataError} It is no JSON, or a record lacks or contradicts something: which one, and what.
 */
export function parseAnnotations(text: string, name: string): GroundTruth {
  const root = parseJson(text, name);
  if (!isRecord(root)) {
    const hint = Array.isArray(root) ? " (is it a file of detections?)" : "";
    throw new DataError(
      name,
      `expected an object with \`images\`, \`annotations\` and \`categories\`, found ${
        kindOf(root)
      }${hint}`,
    );
  }
  const images = byId(listOf(root, "images", name), name, "images", (record, place) => ({
    id: integerOf(record, "id", place),
    fileName: textOf(record, "file_name", place),
  }));
  const categories = byId(
    listOf(root, "categories", name),
    name,
    "categories",
    (record, place) => ({
      id: integerOf(record, "id", place),
      name: textOf(record, "name", place),
    }),
  );
  const annotations = listOf(root, "annotations", name);
  const imageAt = indices(images);
  const categoryAt = indices(categories);
  const count = annotations.length;
  const truth = {
    name,
    images,
    categories,
    image: new Int32Array(count),
    category: new Int32Array(count),
    box: new Float64Array(count * 4),
    area: new Float64Array(count),
    crowd: new Uint8Array(count),
  };
  for (let i = 0; i < count; i++) {
    const place: Place = { file: name, list: "annotations", index: i };
    const record = recordOf(annotations[i], place);
    truth.image[i] = lookUp(imageAt, integerOf(record, "image_id", place), "image_id", place);
    truth.category[i] = lookUp(
      categoryAt,
      integerOf(record, "category_id", place),
      "category_id",
      place,
    );
    const box = boxOf(record, place);
    truth.box.set(box, i * 4);
    const { area, iscrowd } = record;
    truth.area[i] = typeof area === "number" && Number.isFinite(area) ? area : box[2]! * box[3]!;
    truth.crowd[i] = iscrowd ? 1 : 0;
  }
  return truth;
}

/** Where each id stands. */
export function indices(of: readonly { readonly id: number }[]): Map<number, number> {
  return new Map(of.map(({ id }, index) => [id, index]));
}

/** The index of what a record names by id; `home` is the file that has what can be named. */
export function lookUp(
  at: ReadonlyMap<number, number>,
  id: number,
  key: "image_id" | "category_id",
  place: Place,
  home = place.file,
): number {
  const index = at.get(id);
  if (index !== undefined) return index;
  const list = key === "image_id" ? "images" : "categories";
  const ids = [...at.keys()];
  const known = ids.length === 0 ? "has none" : `has ${ids.length}, ${ids[0]} to ${ids.at(-1)}`;
  throw mistake(
    place,
    `${key} is ${id}, which is the id of none of the \`${list}\` (${home} ${known})`,
  );
}

function listOf(root: Record<string, unknown>, key: string, name: string): readonly unknown[] {
  const list = root[key];
  if (Array.isArray(list)) return list;
  const keys = Object.keys(root).slice(0, 8).map((one) => `\`${one}\``).join(", ") || "no keys";
  const found = list === undefined ? `it is not there; there are ${keys}` : `it is ${kindOf(list)}`;
  throw new DataError(name, `expected a list under \`${key}\`, but ${found}`);
}

function byId<T extends { readonly id: number }>(
  list: readonly unknown[],
  file: string,
  key: string,
  read: (record: Record<string, unknown>, place: Place) => T,
): T[] {
  const seen = new Map<number, number>();
  const all = list.map((one, index) => {
    const place: Place = { file, list: key, index };
    const value = read(recordOf(one, place), place);
    const before = seen.get(value.id);
    if (before !== undefined) {
      throw mistake(place, `id ${value.id} is that of ${key}[${before}] already`);
    }
    seen.set(value.id, index);
    return value;
  });
  return all.sort((a, b) => a.id - b.id);
}

function textOf(record: Record<string, unknown>, key: string, place: Place): string {
  const value = record[key];
  if (typeof value === "string") return value;
  throw mistake(place, `expected a text under \`${key}\`, found ${kindOf(value)}`);
}
