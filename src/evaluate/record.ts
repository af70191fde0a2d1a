import { DataError } from "./error.ts";

/** Where a record stands; put into words only when something is wrong with it. */
export interface Place {
  readonly file: string;
  /** The key of the list that holds it; empty: the file is the list. */
  readonly list: string;
  readonly index: number;
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, as messages say it. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** The record itself. */
export function recordOf(value: unknown, place: Place): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw mistake(place, `expected an object, found ${kindOf(value)}`);
}

/** A whole number. */
export function integerOf(record: Record<string, unknown>, key: string, place: Place): number {
  const value = record[key];
  if (Number.isSafeInteger(value)) return value as number;
  throw mistake(place, `expected a whole number under \`${key}\`, found ${kindOf(value)}`);
}

/** A finite number. */
export function numberOf(record: Record<string, unknown>, key: string, place: Place): number {
  const value = record[key];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw mistake(place, `expected a number under \`${key}\`, found ${kindOf(value)}`);
}

/** `bbox`: x, y, width, height. */
export function boxOf(record: Record<string, unknown>, place: Place): readonly number[] {
  const { bbox } = record;
  const right = Array.isArray(bbox) && bbox.length === 4 && bbox.every(Number.isFinite);
  if (right && bbox[2] >= 0 && bbox[3] >= 0) return bbox;
  const found = right
    ? `a negative size: ${JSON.stringify(bbox)}`
    : Array.isArray(bbox)
    ? JSON.stringify(bbox).slice(0, 60)
    : kindOf(bbox);
  throw mistake(place, `expected [x, y, width, height] in pixels under \`bbox\`, found ${found}`);
}

/** An error with the record's place. */
export function mistake({ file, list, index }: Place, message: string): DataError {
  return new DataError(`${file}: ${list}[${index}]`, message);
}
