import { type ClassMatches, thresholds } from "./match.ts";

/** Recalls at which precision is read: 0, 0.01 … 1. */
export const recallPoints = 101;

/** Precision and recall of one class in one area range, at each of the ten IoU thresholds. */
export interface PrecisionRecall {
  /** Boxes to be found; with none, all else is 0 and means nothing. */
  readonly positives: number;
  /** At threshold t and recall r / 100: element t · 101 + r. */
  readonly precision: Float64Array;
  /** The recall that is reached, at each threshold. */
  readonly recall: Float64Array;
}

/** Keeps its memory between uses: a bootstrap asks tens of thousands of times. */
export class PrecisionReader {
  readonly #hits = new Float64Array(thresholds.length);
  /** Of the detections that some thresholds ignore, those that each does not. */
  readonly #partly = new Float64Array(thresholds.length);
  readonly #points = new Int32Array(thresholds.length);
  /** At each hit: true positives so far, and the precision there; a row a threshold. */
  #recalls = new Float64Array(0);
  #precisions = new Float64Array(0);
  readonly #result = {
    positives: 0,
    precision: new Float64Array(thresholds.length * recallPoints),
    recall: new Float64Array(thresholds.length),
  };

  /**
   * Reads precision as COCOeval.accumulate does: at each recall the best precision at that or a
   * higher one.
   *
   * @param area Index of the area range.
   * @param most Detections of a picture that count.
   * @param weights By picture, how many times it is there; left out: once each.
   * @returns Overwritten by the next call.
   */
  read(
    matches: ClassMatches,
    area: number,
    most: number,
    weights?: ArrayLike<number>,
  ): PrecisionRecall {
    const { image, rank } = matches;
    const matched = matches.matched[area]!;
    const ignored = matches.ignored[area]!;
    const count = image.length;
    if (this.#recalls.length < count * thresholds.length) {
      this.#recalls = new Float64Array(count * thresholds.length);
      this.#precisions = new Float64Array(count * thresholds.length);
    }
    const hits = this.#hits.fill(0);
    const partly = this.#partly.fill(0);
    const points = this.#points.fill(0);
    let seen = 0;
    for (let i = 0; i < count; i++) {
      if (rank[i]! >= most) continue;
      const weight = weights ? weights[image[i]!]! : 1;
      if (weight === 0) continue;
      const hit = matched[i]!;
      const ignore = ignored[i]!;
      if (ignore === 0) seen += weight;
      if (hit === 0 && ignore === 0) continue;
      for (let t = 0, bit = 1; t < thresholds.length; t++, bit <<= 1) {
        if (ignore & bit) continue;
        if (ignore !== 0) partly[t]! += weight;
        if (!(hit & bit)) continue;
        hits[t]! += weight;
        const at = t * count + points[t]!++;
        this.#recalls[at] = hits[t]!;
        this.#precisions[at] = hits[t]! / (seen + partly[t]! + Number.EPSILON);
      }
    }
    const result = this.#result;
    result.positives = weighted(matches.positives[area]!, weights);
    result.precision.fill(0);
    result.recall.fill(0);
    if (result.positives > 0) {
      for (let t = 0; t < thresholds.length; t++) this.#interpolate(t, count);
    }
    return result;
  }

  #interpolate(t: number, count: number): void {
    const { positives, precision, recall } = this.#result;
    recall[t] = this.#hits[t]! / positives;
    let best = 0;
    // Backwards: recalls fall, and the best precision at that recall or a higher one grows.
    let r = recallPoints - 1;
    for (let point = this.#points[t]! - 1; point >= 0; point--) {
      const reached = this.#recalls[t * count + point]! / positives;
      for (; r >= 0 && r * 0.01 > reached; r--) precision[t * recallPoints + r] = best;
      best = Math.max(best, this.#precisions[t * count + point]!);
    }
    for (; r >= 0; r--) precision[t * recallPoints + r] = best;
  }
}

function weighted(images: Int32Array, weights?: ArrayLike<number>): number {
  if (!weights) return images.length;
  let sum = 0;
  for (let i = 0; i < images.length; i++) sum += weights[images[i]!]!;
  return sum;
}

/** The mean over thresholds and recalls; or at one threshold, given its index. */
export function meanPrecision({ precision }: PrecisionRecall, t?: number): number {
  return mean(
    t === undefined ? precision : precision.subarray(t * recallPoints, (t + 1) * recallPoints),
  );
}

/** The mean of numbers; NaN of none. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
