import type { Detection } from "../runtime/packet.ts";

/** One frame's detections in flat arrays, and which of them are still to be matched. */
export class Candidates {
  /** x1, y1, x2, y2 of each detection. */
  boxes: Float64Array<ArrayBuffer> = new Float64Array(0);
  scores: Float64Array<ArrayBuffer> = new Float64Array(0);
  classes: Int32Array<ArrayBuffer> = new Int32Array(0);
  /** Indices of detections of high score, rising. */
  high: Int32Array<ArrayBuffer> = new Int32Array(0);
  highCount = 0;
  /** Indices of detections of low score, rising. */
  low: Int32Array<ArrayBuffer> = new Int32Array(0);
  lowCount = 0;

  /** Takes in a frame; what can't be tracked is in neither list. */
  load(detections: readonly Detection[], lowThreshold: number, highThreshold: number): void {
    const count = detections.length;
    if (this.scores.length < count) this.#reserve(count * 2);
    this.highCount = 0;
    this.lowCount = 0;
    for (let i = 0; i < count; i++) {
      const { box, score, classId } = detections[i]!;
      const [x1, y1, x2, y2] = box;
      this.boxes[i * 4] = x1;
      this.boxes[i * 4 + 1] = y1;
      this.boxes[i * 4 + 2] = x2;
      this.boxes[i * 4 + 3] = y2;
      this.scores[i] = Math.min(score, 1);
      this.classes[i] = classId;
      // NaN and infinite corners make an area that is not finite; NaN scores fail all comparisons.
      if (!(x2 > x1 && y2 > y1 && (x2 - x1) * (y2 - y1) < Infinity && score < Infinity)) continue;
      if (score >= highThreshold) this.high[this.highCount++] = i;
      else if (score >= lowThreshold) this.low[this.lowCount++] = i;
    }
  }

  #reserve(length: number): void {
    this.boxes = new Float64Array(length * 4);
    this.scores = new Float64Array(length);
    this.classes = new Int32Array(length);
    this.high = new Int32Array(length);
    this.low = new Int32Array(length);
  }
}
