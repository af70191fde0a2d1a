import { Assignment } from "../tracking/assignment.ts";
import type { FramePair, FramePairs } from "./frame_pairs.ts";

/** CLEAR MOT figures (Bernardin and Stiefelhagen 2008), and those that MOTChallenge adds. */
export interface ClearFigures {
  /** 1 − (FN + FP + IDSW) / boxes of the ground truth. */
  readonly MOTA: number;
  /** Mean IoU of the matches, so 1 is best; py-motmetrics gives the mean of 1 − IoU. */
  readonly MOTP: number;
  /** Matches with another track than the object had before. */
  readonly IDSW: number;
  /** Boxes of the result without an object. */
  readonly FP: number;
  /** Boxes of the ground truth without a track. */
  readonly FN: number;
  /** How often an object that has been found is lost and found again. */
  readonly Frag: number;
  /** Objects found in at least 80 % of their frames. */
  readonly MT: number;
  /** Objects found in 20 % of their frames or more, but less than 80 %. */
  readonly PT: number;
  /** Objects found in less than 20 % of their frames. */
  readonly ML: number;
}

/** Whether a pair overlaps enough to be a match: IoU 0.5. */
export const near = (iou: number) => !(1 - iou > 0.5);

/**
 * CLEAR MOT as py-motmetrics 1.4.0 counts it: an object keeps the track that it was last matched with,
 * however long ago, while they overlap by half; the others are matched so that there are as many
 * matches as can be, and among those ways with the least sum of 1 − IoU.
 */
export function clearFigures({ objects, tracks, objectFrames, frames }: FramePairs): ClearFigures {
  const matcher = new FrameMatcher(objects);
  /** By object: frames found in, and whether it has been lost since. */
  const found = new Int32Array(objects);
  const lost = new Uint8Array(objects);
  let [matches, switches, FP, Frag, overlap] = [0, 0, 0, 0, 0];
  for (const frame of frames) {
    const { columnOf, switched } = matcher.match(frame);
    switches += switched;
    let matched = 0;
    frame.objects.forEach((object, i) => {
      const column = columnOf[i]!;
      if (column < 0) {
        lost[object] = 1;
        return;
      }
      matched++;
      if (lost[object] && found[object]! > 0) Frag++;
      lost[object] = 0;
      found[object]!++;
      overlap += frame.iou[i * frame.tracks.length + column]!;
    });
    matches += matched;
    FP += frame.tracks.length - matched;
  }
  const boxes = objectFrames.reduce((sum, count) => sum + count, 0);
  const shares = [...objectFrames].map((count, object) => found[object]! / count);
  const FN = boxes - matches;
  return {
    MOTA: tracks === 0 && objects === 0 ? 1 : 1 - (FN + FP + switches) / Math.max(1, boxes),
    MOTP: matches > 0 ? overlap / matches : 0,
    IDSW: switches,
    FP,
    FN,
    Frag,
    MT: shares.filter((share) => share >= 0.8).length,
    PT: shares.filter((share) => share >= 0.2 && share < 0.8).length,
    ML: shares.filter((share) => share < 0.2).length,
  };
}

/** Matches frame after frame; remembers whom each object was matched with. */
class FrameMatcher {
  /** By object: its last track, −1 before it had one. */
  readonly #last: Int32Array;
  readonly #assignment = new Assignment();

  constructor(objects: number) {
    this.#last = new Int32Array(objects).fill(-1);
  }

  /** The track (its place in the frame) of each object, −1 for none; and how many are others now. */
  match({ objects, tracks, iou }: FramePair): { columnOf: Int32Array; switched: number } {
    const columnOf = new Int32Array(objects.length).fill(-1);
    const taken = new Uint8Array(tracks.length);
    const width = tracks.length;
    objects.forEach((object, i) => {
      const last = this.#last[object]!;
      const column = last < 0 ? -1 : tracks.indexOf(last);
      if (column < 0 || taken[column] || !near(iou[i * width + column]!)) return;
      columnOf[i] = column;
      taken[column] = 1;
    });
    const assignment = this.#assignment;
    assignment.begin(objects.length, width);
    for (let i = 0; i < objects.length; i++) {
      if (columnOf[i]! >= 0) continue;
      for (let j = 0; j < width; j++) {
        const pair = iou[i * width + j]!;
        if (!taken[j] && near(pair)) assignment.allow(i, j, 1 - pair);
      }
    }
    // So high that one match more is worth more than any shorter distances.
    assignment.solve(2 * Math.min(objects.length, width) + 1);
    let switched = 0;
    objects.forEach((object, i) => {
      const column = assignment.columnOf[i]!;
      if (columnOf[i]! >= 0 || column < 0) return;
      columnOf[i] = column;
      if (this.#last[object]! >= 0 && this.#last[object] !== tracks[column]) switched++;
      this.#last[object] = tracks[column]!;
    });
    return { columnOf, switched };
  }
}
