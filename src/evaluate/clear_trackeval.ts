import { Assignment } from "../tracking/assignment.ts";
import type { ClearFigures } from "./clear.ts";
import type { FramePair, FramePairs } from "./frame_pairs.ts";

/** What outweighs any overlap: to go on with the track of the frame before. */
const continued = 1000;

/** What is remembered of the objects from frame to frame. */
class Memory {
  /** The track of the frame before that had objects and tracks; −1: none. */
  before: Int32Array;
  /** The last track there was; −1: none yet. */
  readonly last: Int32Array;
  /** Frames in which it was found. */
  readonly found: Int32Array;
  /** How often it began to be found. */
  readonly begun: Int32Array;

  constructor(objects: number) {
    this.before = new Int32Array(objects).fill(-1);
    this.last = new Int32Array(objects).fill(-1);
    this.found = new Int32Array(objects);
    this.begun = new Int32Array(objects);
  }
}

/**
 * CLEAR MOT as TrackEval 1.3.0 counts it: an object goes on with the track it had in the frame before,
 * while they overlap by half; else those are matched whose IoUs have the greatest sum. An object that is
 * not in a frame has been lost there.
 */
export function clearFiguresOfTrackEval(pairs: FramePairs): ClearFigures {
  const memory = new Memory(pairs.objects);
  const assignment = new Assignment();
  let [matches, IDSW, overlap] = [0, 0, 0];
  for (const frame of pairs.frames) {
    const { objects, tracks, iou } = frame;
    if (objects.length === 0 || tracks.length === 0) continue;
    solve(assignment, frame, memory.before);
    const now = new Int32Array(pairs.objects).fill(-1);
    objects.forEach((object, i) => {
      const column = assignment.columnOf[i]!;
      if (column < 0) return;
      const track = tracks[column]!;
      if (memory.last[object]! >= 0 && memory.last[object] !== track) IDSW++;
      if (memory.before[object]! < 0) memory.begun[object]!++;
      memory.last[object] = now[object] = track;
      memory.found[object]!++;
      matches++;
      overlap += iou[i * tracks.length + column]!;
    });
    memory.before = now;
  }
  const sum = (counts: Int32Array) => counts.reduce((total, count) => total + count, 0);
  const [boxes, found] = [sum(pairs.objectFrames), sum(pairs.trackFrames)];
  const shares = [...pairs.objectFrames].map((count, object) => memory.found[object]! / count);
  const FP = found - matches;
  return {
    MOTA: (matches - FP - IDSW) / Math.max(1, boxes),
    MOTP: overlap / Math.max(1, matches),
    IDSW,
    FP,
    FN: boxes - matches,
    Frag: memory.begun.reduce((total, count) => total + Math.max(0, count - 1), 0),
    MT: shares.filter((share) => share > 0.8).length,
    PT: shares.filter((share) => share >= 0.2 && share <= 0.8).length,
    ML: shares.filter((share) => share < 0.2).length,
  };
}

function solve(assignment: Assignment, frame: FramePair, before: Int32Array): void {
  const { objects, tracks, iou } = frame;
  assignment.begin(objects.length, tracks.length);
  for (let i = 0, at = 0; i < objects.length; i++) {
    const wanted = before[objects[i]!]!;
    for (let j = 0; j < tracks.length; j++, at++) {
      if (iou[at]! < 0.5 - Number.EPSILON) continue;
      assignment.allow(i, j, -iou[at]! - (tracks[j] === wanted ? continued : 0));
    }
  }
  assignment.solve(0);
}
