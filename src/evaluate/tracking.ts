import { Assignment } from "../tracking/assignment.ts";
import { type ClearFigures, clearFigures } from "./clear.ts";
import { clearFiguresOfTrackEval } from "./clear_trackeval.ts";
import { pairFrames } from "./frame_pairs.ts";
import { type HotaFigures, hotaFigures } from "./hota.ts";
import { type IdentityFigures, identityFigures } from "./identity.ts";
import { selectRows, type Tracks } from "./tracks.ts";

/** All figures of a tracking result. */
export interface TrackingFigures extends ClearFigures, IdentityFigures, HotaFigures {}

/** Which rows count, and how. */
export interface TruthRule {
  /** `considered`: those with a mark other than 0 and, where classes are told, of `classId`; or `all`. */
  readonly rows?: "considered" | "all";
  /** The class that is scored, 1 if not said: MOTChallenge's pedestrians. */
  readonly classId?: number;
  /** Leaves out boxes of the result on what MOTChallenge calls distractors, as its server does. */
  readonly distractors?: boolean;
  /** Whose CLEAR figures: py-motmetrics' if not said, or TrackEval's. */
  readonly counting?: "motmetrics" | "trackeval";
}

/** What was scored, and what not. */
export interface TrackingRows {
  /** Rows of the ground truth that were scored. */
  readonly truth: number;
  /** Rows of the result that were scored. */
  readonly result: number;
  /** Rows of the ground truth left out because their mark is 0. */
  readonly unmarked: number;
  /** Rows of the ground truth left out because of their class. */
  readonly otherClass: number;
  /** Rows of the result left out because they lie on a distractor. */
  readonly onDistractors: number;
}

/** Riders, standing people, dummies and reflections, as MOT16 and MOT17 number them. */
const distractorClasses = [2, 7, 8, 12];

/**
 * Scores tracks against a ground truth, both as MOTChallenge writes them. CLEAR figures are those of
 * py-motmetrics 1.4.0 (MOTP as IoU) or of TrackEval 1.3.0, identity figures those of both, HOTA and its
 * parts TrackEval's.
 *
 * @example
 * ```ts
 * const truth = parseTracks(await Deno.readTextFile("gt.txt"), "gt.txt");
 * const result = parseTracks(await Deno.readTextFile("result.txt"), "result.txt");
 * console.log(evaluateTracks(truth, result).figures.HOTA);
 * ```
 */
export function evaluateTracks(
  truth: Tracks,
  result: Tracks,
  { rows = "considered", classId = 1, distractors = false, counting = "motmetrics" }: TruthRule =
    {},
): { readonly figures: TrackingFigures; readonly rows: TrackingRows } {
  const kept = distractors ? withoutDistractors(truth, result) : result;
  let [unmarked, otherClass] = [0, 0];
  const considered = rows === "all" ? truth : selectRows(truth, (row) => {
    const told = truth.classId[row]! >= 0;
    if (truth.mark[row] === 0) unmarked++;
    else if (told && truth.classId[row] !== classId) otherClass++;
    else return true;
    return false;
  });
  const pairs = pairFrames(considered, kept);
  const clear = counting === "motmetrics" ? clearFigures : clearFiguresOfTrackEval;
  return {
    figures: { ...clear(pairs), ...identityFigures(pairs), ...hotaFigures(pairs) },
    rows: {
      truth: considered.frame.length,
      result: kept.frame.length,
      unmarked,
      otherClass,
      onDistractors: result.frame.length - kept.frame.length,
    },
  };
}

/** The result without the boxes that go, of all rows of the ground truth, best with a distractor. */
function withoutDistractors(truth: Tracks, result: Tracks): Tracks {
  const dropped = new Set<number>();
  const assignment = new Assignment();
  for (const { objectRows, trackRows, iou } of pairFrames(truth, result).frames) {
    assignment.begin(objectRows.length, trackRows.length);
    iou.forEach((pair, at) => {
      if (pair < 0.5 - Number.EPSILON) return;
      assignment.allow(Math.floor(at / trackRows.length), at % trackRows.length, -pair);
    });
    assignment.solve(0);
    trackRows.forEach((row, j) => {
      const i = assignment.rowOf[j]!;
      if (i >= 0 && distractorClasses.includes(truth.classId[objectRows[i]!]!)) dropped.add(row);
    });
  }
  return selectRows(result, (row) => !dropped.has(row));
}
