import { DataError } from "./error.ts";

/** Boxes with ids, as MOTChallenge writes them; element i of each column is row i. */
export interface Tracks {
  /** What messages call it. */
  readonly name: string;
  /** From 1. */
  readonly frame: Int32Array;
  /** As in the file. */
  readonly id: Float64Array;
  /** x, y, width and height in pixels; four a box. */
  readonly box: Float64Array;
  /** Column 7: in a ground truth 0 says that the row is not to be considered; NaN if it is not there. */
  readonly mark: Float64Array;
  /** Column 8: in a ground truth the class, 1 a pedestrian; −1, or NaN, if it is not told. */
  readonly classId: Float64Array;
}

/**
 * Reads a file of MOTChallenge's form: frame, id, x, y, width, height, then mark (or score), class …
 * in lines, separated by commas or spaces.
 *
 * @param name What messages call it.
 * @throws {DataError} A line is wrong, or an id is twice in a frame: which line.
 */
export function parseTracks(text: string, name: string): Tracks {
  const rows: number[][] = [];
  const seen = new Map<string, number>();
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const place = `${name}:${index + 1}`;
    const words = line.trim().split(/\s*,\s*|\s+/);
    const row = words.slice(0, 8).map((word) => word === "" ? NaN : Number(word));
    const wrong = row.slice(0, 6).findIndex((value) => !Number.isFinite(value));
    if (row.length < 6) {
      throw new DataError(
        place,
        `expected frame, id, x, y, width, height; found ${row.length} column${
          row.length === 1 ? "" : "s"
        }`,
      );
    }
    if (wrong >= 0) {
      const column = ["frame", "id", "x", "y", "width", "height"][wrong];
      throw new DataError(place, `expected a number as ${column}, found \`${words[wrong]}\``);
    }
    const [frame, id, , , width, height] = row as [number, number, number, number, number, number];
    if (!Number.isInteger(frame) || frame < 0 || frame > 0x7fffffff) {
      throw new DataError(place, `expected a whole number as frame, found ${words[0]}`);
    }
    if (width < 0 || height < 0) throw new DataError(place, `the box's size is ${width}x${height}`);
    const key = `${frame} ${id}`;
    const before = seen.get(key);
    if (before !== undefined) {
      throw new DataError(place, `frame ${frame} has id ${id} in line ${before} already`);
    }
    seen.set(key, index + 1);
    rows.push(row);
  }
  return tracksOf(rows, name);
}

function tracksOf(rows: readonly (readonly number[])[], name: string): Tracks {
  return {
    name,
    frame: Int32Array.from(rows, (row) => row[0]!),
    id: Float64Array.from(rows, (row) => row[1]!),
    box: Float64Array.from(rows.flatMap((row) => row.slice(2, 6))),
    mark: Float64Array.from(rows, (row) => row[6] ?? NaN),
    classId: Float64Array.from(rows, (row) => row[7] ?? NaN),
  };
}

/** The rows that `keep` says yes to. */
export function selectRows(tracks: Tracks, keep: (row: number) => boolean): Tracks {
  const rows = tracks.frame.map((_, row) => row).filter(keep);
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
  const box = new Float64Array(rows.length * 4);
  rows.forEach((row, i) => box.set(tracks.box.subarray(row * 4, row * 4 + 4), i * 4));
  return {
    name: tracks.name,
    frame: rows.map((row) => tracks.frame[row]!),
    id: pick(tracks.id),
    box,
    mark: pick(tracks.mark),
    classId: pick(tracks.classId),
  };
}
