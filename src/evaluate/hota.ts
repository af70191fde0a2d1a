import { Assignment } from "../tracking/assignment.ts";
import type { FramePairs } from "./frame_pairs.ts";
import { mean } from "./precision.ts";

/** HOTA and its parts (Luiten and others 2021): fractions, means over IoU 0.05 to 0.95. */
export interface HotaFigures {
  /** Geometric mean of detection and association at each threshold, averaged. */
  readonly HOTA: number;
  /** Detection: matches among matches, misses and false ones. */
  readonly DetA: number;
  /** Association: how much of an object's and its track's frames are common to both. */
  readonly AssA: number;
  /** Localization: mean IoU of the matches. */
  readonly LocA: number;
}

const alphas = Array.from({ length: 19 }, (_, i) => 0.05 + i * 0.05);

/** Pairs that ever overlap. */
interface Alignment {
  /** Index of a pair by object · tracks + track. */
  readonly at: Map<number, number>;
  /** By pair: how well they go together over the whole sequence, 0 to 1. */
  readonly score: Float64Array;
}

/** HOTA as TrackEval 1.3.0 computes it. */
export function hotaFigures(pairs: FramePairs): HotaFigures {
  const alignment = align(pairs);
  const count = alignment.score.length;
  /** By threshold: matches of each pair; their number; the sum of their IoUs. */
  const matched = alphas.map(() => new Int32Array(count));
  const hits = new Float64Array(alphas.length);
  const overlap = new Float64Array(alphas.length);
  const assignment = new Assignment();
  let [boxes, found] = [0, 0];
  for (const { objects, tracks, iou } of pairs.frames) {
    boxes += objects.length;
    found += tracks.length;
    assignment.begin(objects.length, tracks.length);
    const pairOf = (i: number, j: number) =>
      alignment.at.get(objects[i]! * pairs.tracks + tracks[j]!)!;
    for (let i = 0, at = 0; i < objects.length; i++) {
      for (let j = 0; j < tracks.length; j++, at++) {
        if (iou[at]! > 0) assignment.allow(i, j, -alignment.score[pairOf(i, j)]! * iou[at]!);
      }
    }
    assignment.solve(0);
    for (let i = 0; i < objects.length; i++) {
      const j = assignment.columnOf[i]!;
      if (j < 0) continue;
      const own = iou[i * tracks.length + j]!;
      for (let a = 0; a < alphas.length && own >= alphas[a]! - Number.EPSILON; a++) {
        hits[a]!++;
        overlap[a]! += own;
        matched[a]![pairOf(i, j)]!++;
      }
    }
  }
  const DetA = [...hits].map((hit) => hit / Math.max(1, boxes + found - hit));
  const AssA = alphas.map((_, a) =>
    association(pairs, alignment, matched[a]!) / Math.max(1, hits[a]!)
  );
  return {
    HOTA: mean(alphas.map((_, a) => Math.sqrt(DetA[a]! * AssA[a]!))),
    DetA: mean(DetA),
    AssA: mean(AssA),
    // Where nothing is matched, nothing is misplaced.
    LocA: mean([...overlap].map((sum, a) => Math.max(1e-10, sum) / Math.max(1e-10, hits[a]!))),
  };
}

/** Over the whole sequence, of each pair, the share of their frames in which they are alone together. */
function align({ tracks, objectFrames, trackFrames, frames }: FramePairs): Alignment {
  const together = new Map<number, number>();
  for (const frame of frames) {
    const width = frame.tracks.length;
    const rows = new Float64Array(frame.objects.length);
    const columns = new Float64Array(width);
    frame.iou.forEach((iou, at) => {
      rows[Math.floor(at / width)]! += iou;
      columns[at % width]! += iou;
    });
    frame.iou.forEach((iou, at) => {
      if (!(iou > 0)) return;
      const [i, j] = [Math.floor(at / width), at % width];
      const key = frame.objects[i]! * tracks + frame.tracks[j]!;
      const all = rows[i]! + columns[j]! - iou;
      together.set(key, (together.get(key) ?? 0) + (all > Number.EPSILON ? iou / all : 0));
    });
  }
  const at = new Map<number, number>();
  const score = new Float64Array(together.size);
  for (const [key, weight] of together) {
    const frames = objectFrames[Math.floor(key / tracks)]! + trackFrames[key % tracks]!;
    score[at.size] = weight / (frames - weight);
    at.set(key, at.size);
  }
  return { at, score };
}

/** The sum over matches of the Jaccard index of their object's and track's frames. */
function association(
  { tracks, objectFrames, trackFrames }: FramePairs,
  { at }: Alignment,
  matched: Int32Array,
): number {
  let sum = 0;
  for (const [key, pair] of at) {
    const count = matched[pair]!;
    if (count === 0) continue;
    const frames = objectFrames[Math.floor(key / tracks)]! + trackFrames[key % tracks]!;
    sum += count * count / Math.max(1, frames - count);
  }
  return sum;
}
