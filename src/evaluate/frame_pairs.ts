import type { Tracks } from "./tracks.ts";

/** One frame: who is in it, and how much they overlap. */
export interface FramePair {
  /** Objects of the ground truth by index, in the file's order. */
  readonly objects: Int32Array;
  /** Tracks by index, in the file's order. */
  readonly tracks: Int32Array;
  /** Of object i and track j: element i · tracks.length + j. */
  readonly iou: Float64Array;
  /** Rows of the ground truth. */
  readonly objectRows: Int32Array;
  /** Rows of the result. */
  readonly trackRows: Int32Array;
}

/** A ground truth and a result, frame by frame. */
export interface FramePairs {
  /** How many ids the ground truth has. */
  readonly objects: number;
  /** How many ids the result has. */
  readonly tracks: number;
  /** By index, in how many frames it is. */
  readonly objectFrames: Int32Array;
  /** By index, in how many frames it is. */
  readonly trackFrames: Int32Array;
  /** Every frame that either has, in order. */
  readonly frames: readonly FramePair[];
}

/** Brings the rows of a ground truth and of a result together by frame. */
export function pairFrames(truth: Tracks, result: Tracks): FramePairs {
  const objects = indexed(truth);
  const tracks = indexed(result);
  const numbers = [...new Set([...objects.rows.keys(), ...tracks.rows.keys()])]
    .sort((a, b) => a - b);
  return {
    objects: objects.frames.length,
    tracks: tracks.frames.length,
    objectFrames: objects.frames,
    trackFrames: tracks.frames,
    frames: numbers.map((number) => {
      const objectRows = Int32Array.from(objects.rows.get(number) ?? []);
      const trackRows = Int32Array.from(tracks.rows.get(number) ?? []);
      return {
        objects: objectRows.map((row) => objects.of[row]!),
        tracks: trackRows.map((row) => tracks.of[row]!),
        iou: overlaps(truth.box, objectRows, result.box, trackRows),
        objectRows,
        trackRows,
      };
    }),
  };
}

/** Numbers the ids from 0, lists rows by frame, counts frames by id. */
function indexed({ id, frame }: Tracks) {
  const order = [...new Set(id)].sort((a, b) => a - b);
  const index = new Map(order.map((one, i) => [one, i]));
  const of = Int32Array.from(id, (one) => index.get(one)!);
  const frames = new Int32Array(order.length);
  const rows = new Map<number, number[]>();
  frame.forEach((number, row) => {
    frames[of[row]!]!++;
    const list = rows.get(number);
    if (list) list.push(row);
    else rows.set(number, [row]);
  });
  return { of, frames, rows };
}

function overlaps(a: Float64Array, rows: Int32Array, b: Float64Array, columns: Int32Array) {
  const iou = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) iou[at++] = overlap(a, row * 4, b, column * 4);
  }
  return iou;
}

/** IoU of two boxes, each x, y, width, height. Sizes are taken of the corners, as the references do. */
function overlap(a: Float64Array, p: number, b: Float64Array, q: number): number {
  const [right, bottom] = [a[p]! + a[p + 2]!, a[p + 1]! + a[p + 3]!];
  const [otherRight, otherBottom] = [b[q]! + b[q + 2]!, b[q + 1]! + b[q + 3]!];
  const width = Math.min(right, otherRight) - Math.max(a[p]!, b[q]!);
  const height = Math.min(bottom, otherBottom) - Math.max(a[p + 1]!, b[q + 1]!);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  const own = (right - a[p]!) * (bottom - a[p + 1]!);
  const other = (otherRight - b[q]!) * (otherBottom - b[q + 1]!);
  return shared / (own + other - shared);
}
