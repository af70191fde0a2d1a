import type { Detections } from "./detections.ts";
import type { GroundTruth } from "./truth.ts";

/** Which classes are taken for which. */
export interface Confusion {
  /** Of the classes; the matrix has one row and one column more, for what is not there. */
  readonly names: readonly string[];
  /**
   * Row: the class of the box; the last: there is no box. Column: the class of the detection; the last:
   * there is none. Element row · (names.length + 1) + column.
   */
  readonly counts: Int32Array;
}

/** What counts. */
export interface ConfusionOptions {
  /** Detections must score at least this, 0.25 if not said. */
  readonly score?: number;
  /** Least IoU of a match, 0.5 if not said. */
  readonly iou?: number;
}

/**
 * Counts which classes are taken for which: whatever their classes, the detection and the box that
 * overlap most are paired first. Crowds are no boxes, and what lies in them is not counted as false.
 */
export function confusionOf(
  truth: GroundTruth,
  found: Detections,
  { score = 0.25, iou: least = 0.5 }: ConfusionOptions = {},
): Confusion {
  const names = truth.categories.map(({ name }) => name);
  const width = names.length + 1;
  const counts = new Int32Array(width * width);
  const boxes = byImage(truth.image, truth.images.length);
  const detections = byImage(found.image, truth.images.length, (i) => found.score[i]! >= score);
  for (let image = 0; image < truth.images.length; image++) {
    const rows = boxes[image]!.filter((i) => !truth.crowd[i]);
    const crowds = boxes[image]!.filter((i) => truth.crowd[i]);
    const candidates = rows.flatMap((g) =>
      detections[image]!.map((d) => ({ g, d, overlap: overlap(truth, g, found, d).iou }))
    ).filter(({ overlap }) => overlap >= least).sort((a, b) => b.overlap - a.overlap);
    const matched = new Map<number, number>();
    const taken = new Set<number>();
    for (const { g, d } of candidates) {
      if (matched.has(d) || taken.has(g)) continue;
      matched.set(d, g);
      taken.add(g);
      counts[truth.category[g]! * width + found.category[d]!]!++;
    }
    for (const g of rows) if (!taken.has(g)) counts[truth.category[g]! * width + width - 1]!++;
    for (const d of detections[image]!) {
      const inCrowd = () => crowds.some((g) => overlap(truth, g, found, d).covered >= least);
      if (!matched.has(d) && !inCrowd()) counts[(width - 1) * width + found.category[d]!]!++;
    }
  }
  return { names, counts };
}

function byImage(image: Int32Array, count: number, keep: (i: number) => boolean = () => true) {
  const lists: number[][] = Array.from({ length: count }, () => []);
  image.forEach((one, i) => {
    if (keep(i)) lists[one]!.push(i);
  });
  return lists;
}

/** IoU, and the share of the detection that lies in the box. */
function overlap(truth: GroundTruth, g: number, found: Detections, d: number) {
  const a = truth.box.subarray(g * 4, g * 4 + 4) as unknown as [number, number, number, number];
  const b = found.box.subarray(d * 4, d * 4 + 4) as unknown as [number, number, number, number];
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return { iou: 0, covered: 0 };
  const shared = width * height;
  const own = b[2] * b[3];
  return { iou: shared / (own + a[2] * a[3] - shared), covered: shared / own };
}
