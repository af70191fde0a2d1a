import type { Detection } from "../runtime/packet.ts";
import { iou } from "../tracking/iou.ts";

/** When two detections are the same. */
export interface AgreementOptions {
  /** Detections must score at least this, on either side; 0.25 if not said. */
  readonly score?: number;
  /** Least IoU of two that are the same, 0.5 if not said. */
  readonly iou?: number;
}

/** How far a model's detections are those of a reference. */
export interface Agreement {
  /** Detections of the reference. */
  readonly reference: number;
  /** Detections of the model. */
  readonly model: number;
  /** Pairs of the same class that overlap. */
  readonly matched: number;
  /** Share of the reference's detections that the model has too; 1 if there is none. */
  readonly recall: number;
  /** Share of the model's detections that the reference has too; 1 if there is none. */
  readonly reverseRecall: number;
  /** Of matches: mean of |difference| over the four coordinates, pixels. */
  readonly boxShift: number;
  /** Of matches: mean of |difference| of scores. */
  readonly scoreShift: number;
  /** Of matches: mean difference of scores; negative: the model is less sure. */
  readonly scoreBias: number;
}

/**
 * Compares two models' detections without annotations. Picture by picture and class by class, the two
 * that overlap most are paired first, each at most once.
 *
 * @param model By picture.
 * @param reference By picture, in the same order; classes are told by their names.
 */
export function agreementOf(
  model: readonly (readonly Detection[])[],
  reference: readonly (readonly Detection[])[],
  { score = 0.25, iou: least = 0.5 }: AgreementOptions = {},
): Agreement {
  if (model.length !== reference.length) {
    throw new RangeError(`${model.length} pictures can't be compared with ${reference.length}`);
  }
  let [references, models, matched, shift, scores, bias] = [0, 0, 0, 0, 0, 0];
  reference.forEach((wanted, picture) => {
    const theirs = wanted.filter((one) => one.score >= score);
    const ours = model[picture]!.filter((one) => one.score >= score);
    references += theirs.length;
    models += ours.length;
    for (const [a, b] of pairs(ours, theirs, least)) {
      matched++;
      for (let i = 0; i < 4; i++) shift += Math.abs(a.box[i]! - b.box[i]!) / 4;
      scores += Math.abs(a.score - b.score);
      bias += a.score - b.score;
    }
  });
  const share = (whole: number) => whole > 0 ? matched / whole : 1;
  const each = (sum: number) => matched > 0 ? sum / matched : 0;
  return {
    reference: references,
    model: models,
    matched,
    recall: share(references),
    reverseRecall: share(models),
    boxShift: each(shift),
    scoreShift: each(scores),
    scoreBias: each(bias),
  };
}

/** Pairs of the same class, those that overlap most first. */
function pairs(
  ours: readonly Detection[],
  theirs: readonly Detection[],
  least: number,
): [Detection, Detection][] {
  const a = Float64Array.from(ours.flatMap(({ box }) => [...box]));
  const b = Float64Array.from(theirs.flatMap(({ box }) => [...box]));
  const candidates: { i: number; j: number; overlap: number }[] = [];
  for (let i = 0; i < ours.length; i++) {
    for (let j = 0; j < theirs.length; j++) {
      if (ours[i]!.class !== theirs[j]!.class) continue;
      const overlap = iou(a, i, b, j);
      if (overlap >= least) candidates.push({ i, j, overlap });
    }
  }
  candidates.sort((one, other) => other.overlap - one.overlap);
  const taken = { ours: new Set<number>(), theirs: new Set<number>() };
  return candidates.flatMap(({ i, j }): [Detection, Detection][] => {
    if (taken.ours.has(i) || taken.theirs.has(j)) return [];
    taken.ours.add(i);
    taken.theirs.add(j);
    return [[ours[i]!, theirs[j]!]];
  });
}
