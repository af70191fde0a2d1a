import { Assignment } from "../tracking/assignment.ts";
import { near } from "./clear.ts";
import type { FramePairs } from "./frame_pairs.ts";

/** Identity figures (Ristani and others 2016): fractions. */
export interface IdentityFigures {
  /** Share of boxes, of both sides, in which the identity is right. */
  readonly IDF1: number;
  /** Of the result's boxes. */
  readonly IDP: number;
  /** Of the ground truth's boxes. */
  readonly IDR: number;
}

/**
 * Gives each object at most one track for the whole sequence, so that as many boxes as can be (at IoU
 * 0.5) are then right. py-motmetrics and TrackEval agree on these.
 */
export function identityFigures(pairs: FramePairs): IdentityFigures {
  const together = new Map<number, number>();
  for (const { objects, tracks, iou } of pairs.frames) {
    let at = 0;
    for (const object of objects) {
      for (const track of tracks) {
        if (!near(iou[at++]!)) continue;
        const key = object * pairs.tracks + track;
        together.set(key, (together.get(key) ?? 0) + 1);
      }
    }
  }
  const assignment = new Assignment();
  assignment.begin(pairs.objects, pairs.tracks);
  for (const [key, frames] of together) {
    assignment.allow(Math.floor(key / pairs.tracks), key % pairs.tracks, -frames);
  }
  assignment.solve(0);
  let right = 0;
  for (let object = 0; object < pairs.objects; object++) {
    const track = assignment.columnOf[object]!;
    if (track >= 0) right += together.get(object * pairs.tracks + track)!;
  }
  const sum = (counts: Int32Array) => counts.reduce((total, count) => total + count, 0);
  const [truth, found] = [sum(pairs.objectFrames), sum(pairs.trackFrames)];
  const share = (whole: number) => whole > 0 ? right / whole : 0;
  return { IDF1: share((truth + found) / 2), IDP: share(found), IDR: share(truth) };
}
