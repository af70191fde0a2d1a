import type { Detection } from "../runtime/packet.ts";

/** Follows the objects of one camera. */
export interface Tracker {
  /**
   * Takes the detections of one frame, those of low score too.
   *
   * @param detections Boxes in pixels. One whose box or score is no finite number, or whose box is
   * empty, is given back but never tracked.
   * @param frame The frame's number; a gap since the last one counts as frames without detections.
   * The next one if not given.
   * @returns The same detections in the same order; `track` is set on those of confirmed tracks.
   * @throws {RangeError} The number is not above that of the last frame.
   */
  update(detections: readonly Detection[], frame?: { readonly number: number }): Detection[];

  /** Forgets all tracks. Ids are not given again. */
  reset(): void;
}
