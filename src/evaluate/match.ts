import type { Detections } from "./detections.ts";
import type { GroundTruth } from "./truth.ts";

/** COCO's IoU thresholds, 0.50 to 0.95. */
export const thresholds: readonly number[] = Array.from(
  { length: 10 },
  (_, i) => i === 9 ? 0.95 : i * ((0.95 - 0.5) / 9) + 0.5,
);

/** COCO's area ranges in square pixels, both ends included: all, small, medium, large. */
export const areaRanges: readonly (readonly [number, number])[] = [
  [0, 1e5 ** 2],
  [0, 32 ** 2],
  [32 ** 2, 96 ** 2],
  [96 ** 2, 1e5 ** 2],
];

/** Most detections of one class in one picture that count. */
export const mostDetections = 100;

/** One class: how its detections fared, strongest first. */
export interface ClassMatches {
  /** Index into the ground truth's `images`. */
  readonly image: Int32Array;
  /** Of the detection. */
  readonly score: Float64Array;
  /** The detection's place among those of its class in its picture, from 0. */
  readonly rank: Uint8Array;
  /** For each area range: bit t says whether it has a box at `thresholds[t]`. */
  readonly matched: readonly Uint16Array[];
  /** For each area range: bit t says whether it counts neither for nor against. */
  readonly ignored: readonly Uint16Array[];
  /** For each area range: the pictures of the boxes that are to be found, one a box. */
  readonly positives: readonly Int32Array[];
}

/**
 * Matches detections with the ground truth as pycocotools 2.0.11 does (COCOeval.evaluateImg): class by
 * class and picture by picture, the strongest first, each takes the free box that it overlaps most.
 * Crowds, and boxes outside the area range, are taken only where no other is, and do not count.
 */
export function matchDetections(truth: GroundTruth, found: Detections): ClassMatches[] {
  const classes = truth.categories.length;
  const images = truth.images.length;
  const cells = new Cells(truth.category, truth.image, classes, images);
  const strongest = byScore(found);
  const foundCells = new Cells(found.category, found.image, classes, images, strongest);
  const matcher = new CellMatcher(truth, found);
  for (let cell = 0; cell < classes * images; cell++) {
    const detections = foundCells.at(cell);
    if (detections.length > 0) matcher.match(cells.at(cell), detections);
  }
  const byClass = new Cells(found.category, undefined, classes, 1, strongest);
  const boxesByClass = new Cells(truth.category, undefined, classes, 1);
  return truth.categories.map((_, category) => {
    const kept = byClass.at(category).filter((i) => matcher.rank[i]! < mostDetections);
    return {
      image: kept.map((i) => found.image[i]!),
      score: Float64Array.from(kept, (i) => found.score[i]!),
      rank: Uint8Array.from(kept, (i) => matcher.rank[i]!),
      matched: matcher.matched.map((masks) => Uint16Array.from(kept, (i) => masks[i]!)),
      ignored: matcher.ignored.map((masks) => Uint16Array.from(kept, (i) => masks[i]!)),
      positives: areaRanges.map((range) =>
        boxesByClass.at(category)
          .filter((i) => !truth.crowd[i] && within(truth.area[i]!, range))
          .map((i) => truth.image[i]!)
      ),
    };
  });
}

function within(area: number, [least, most]: readonly [number, number]): boolean {
  return area >= least && area <= most;
}

/** Indices by score, strongest first; of equal ones by picture, then as given. */
function byScore({ score, image }: Detections): Int32Array {
  return Int32Array.from(score.keys())
    .sort((a, b) => score[b]! - score[a]! || image[a]! - image[b]! || a - b);
}

/** Groups indices by class and, if asked to, by picture, keeping their order. */
class Cells {
  readonly #order: Int32Array;
  readonly #starts: Int32Array;

  constructor(
    category: Int32Array,
    image: Int32Array | undefined,
    classes: number,
    images: number,
    order: Int32Array = Int32Array.from(category.keys()),
  ) {
    const cellOf = (i: number) => category[i]! * images + (image ? image[i]! : 0);
    const starts = this.#starts = new Int32Array(classes * images + 1);
    for (const i of order) starts[cellOf(i) + 1]!++;
    for (let cell = 0; cell < classes * images; cell++) starts[cell + 1]! += starts[cell]!;
    const next = starts.slice();
    this.#order = new Int32Array(order.length);
    for (const i of order) this.#order[next[cellOf(i)]!++] = i;
  }

  at(cell: number): Int32Array {
    return this.#order.subarray(this.#starts[cell], this.#starts[cell + 1]);
  }
}

const none = new Int32Array(0);
/** A bit for each threshold. */
const everyThreshold = (1 << thresholds.length) - 1;

/** Matches one class in one picture; the results stand by detection. */
class CellMatcher {
  readonly rank: Uint32Array;
  readonly matched: readonly Uint16Array[];
  readonly ignored: readonly Uint16Array[];
  #iou = new Float64Array(1024);
  #ignore = new Uint8Array(64);
  #taken = new Uint8Array(64);

  constructor(readonly truth: GroundTruth, readonly found: Detections) {
    const count = found.score.length;
    this.rank = new Uint32Array(count);
    this.matched = areaRanges.map(() => new Uint16Array(count));
    this.ignored = areaRanges.map(() => new Uint16Array(count));
  }

  match(boxes: Int32Array, strongest: Int32Array): void {
    for (let d = 0; d < strongest.length; d++) this.rank[strongest[d]!] = d;
    const counted = strongest.subarray(0, mostDetections);
    // Most overlap nothing enough for any threshold.
    const near = boxes.length > 0 ? this.#overlap(boxes, counted) : none;
    this.#ignoreOutside(counted);
    if (near.length === 0) return;
    if (this.#ignore.length < boxes.length) {
      this.#ignore = new Uint8Array(boxes.length * 2);
      this.#taken = new Uint8Array(boxes.length * 2);
    }
    areaRanges.forEach((range, area) => {
      const order = this.#ignoredLast(boxes, range);
      for (let t = 0; t < thresholds.length; t++) this.#atThreshold(t, area, order, boxes, near);
    });
  }

  /** What is outside an area range is ignored there, for as long as it is not matched. */
  #ignoreOutside(detections: Int32Array): void {
    const { box } = this.found;
    for (const i of detections) {
      const size = box[i * 4 + 2]! * box[i * 4 + 3]!;
      for (let area = 0; area < areaRanges.length; area++) {
        if (!within(size, areaRanges[area]!)) this.ignored[area]![i] = everyThreshold;
      }
    }
  }

  /** Notes who is to be ignored; returns local indices, those ignored last. */
  #ignoredLast(boxes: Int32Array, range: readonly [number, number]): Int32Array {
    const { crowd, area } = this.truth;
    let kept = 0;
    for (let g = 0; g < boxes.length; g++) {
      const i = boxes[g]!;
      this.#ignore[g] = crowd[i] || !within(area[i]!, range) ? 1 : 0;
      kept += 1 - this.#ignore[g]!;
    }
    const order = new Int32Array(boxes.length);
    for (let g = 0, front = 0; g < boxes.length; g++) {
      order[this.#ignore[g] ? kept++ : front++] = g;
    }
    return order;
  }

  #atThreshold(
    t: number,
    area: number,
    order: Int32Array,
    boxes: Int32Array,
    detections: Int32Array,
  ): void {
    const { crowd } = this.truth;
    const ignore = this.#ignore;
    const taken = this.#taken.fill(0, 0, boxes.length);
    const bit = 1 << t;
    const least = Math.min(thresholds[t]!, 1 - 1e-10);
    for (let d = 0; d < detections.length; d++) {
      let best = least;
      let match = -1;
      for (let k = 0; k < order.length; k++) {
        const g = order[k]!;
        if (taken[g] && !crowd[boxes[g]!]) continue;
        if (match >= 0 && !ignore[match] && ignore[g]) break;
        const iou = this.#iou[d * boxes.length + g]!;
        if (iou < best) continue;
        best = iou;
        match = g;
      }
      const i = detections[d]!;
      if (match < 0) continue;
      taken[match] = 1;
      this.matched[area]![i]! |= bit;
      if (ignore[match]) this.ignored[area]![i]! |= bit;
      else this.ignored[area]![i]! &= ~bit;
    }
  }

  /**
   * Works out the IoU of each pair; with a crowd, the share of the detection that lies in it. Returns
   * the detections that reach the lowest threshold; their rows stand first.
   */
  #overlap(boxes: Int32Array, detections: Int32Array): Int32Array {
    const count = boxes.length * detections.length;
    if (this.#iou.length < count) this.#iou = new Float64Array(count * 2);
    const iou = this.#iou;
    const [a, b] = [this.found.box, this.truth.box];
    const near = new Int32Array(detections.length);
    let rows = 0;
    for (const detection of detections) {
      const p = detection * 4;
      const own = a[p + 2]! * a[p + 3]!;
      let most = 0;
      for (let g = 0, at = rows * boxes.length; g < boxes.length; g++, at++) {
        const q = boxes[g]! * 4;
        const width = Math.min(a[p + 2]! + a[p]!, b[q + 2]! + b[q]!) - Math.max(a[p]!, b[q]!);
        const height = Math.min(a[p + 3]! + a[p + 1]!, b[q + 3]! + b[q + 1]!) -
          Math.max(a[p + 1]!, b[q + 1]!);
        iou[at] = 0;
        if (width <= 0 || height <= 0) continue;
        const shared = width * height;
        const crowd = this.truth.crowd[boxes[g]!];
        iou[at] = shared / (crowd ? own : own + b[q + 2]! * b[q + 3]! - shared);
        if (iou[at]! > most) most = iou[at]!;
      }
      if (most >= thresholds[0]!) near[rows++] = detection;
    }
    return near.subarray(0, rows);
  }
}
