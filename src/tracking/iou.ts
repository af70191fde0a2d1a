/** Intersection over union of box `i` of `a` and box `j` of `b`: x1, y1, x2, y2 each, 0 to 1. */
export function iou(a: Float64Array, i: number, b: Float64Array, j: number): number {
  const p = i * 4;
  const q = j * 4;
  const width = Math.min(a[p + 2]!, b[q + 2]!) - Math.max(a[p]!, b[q]!);
  if (!(width > 0)) return 0;
  const height = Math.min(a[p + 3]!, b[q + 3]!) - Math.max(a[p + 1]!, b[q + 1]!);
  if (!(height > 0)) return 0;
  const overlap = width * height;
  return overlap / (area(a, p) + area(b, q) - overlap);
}

/** The height that two overlapping boxes share over that which they span: 1 where top and foot agree. */
export function heightOverlap(a: Float64Array, i: number, b: Float64Array, j: number): number {
  const p = i * 4;
  const q = j * 4;
  const shared = Math.min(a[p + 3]!, b[q + 3]!) - Math.max(a[p + 1]!, b[q + 1]!);
  return shared / (Math.max(a[p + 3]!, b[q + 3]!) - Math.min(a[p + 1]!, b[q + 1]!));
}

function area(boxes: Float64Array, at: number): number {
  return (boxes[at + 2]! - boxes[at]!) * (boxes[at + 3]! - boxes[at + 1]!);
}
