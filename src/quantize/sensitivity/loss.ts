import {
  type ClassMap,
  detectionColumns,
  evaluateDetections,
  type GroundTruth,
} from "../../evaluate/mod.ts";
import { drawnTruth } from "./drawn_truth.ts";
import type { Answer } from "./answer.ts";

/** How much worse a candidate is than the float model. */
export interface LossMeasure {
  /** What it is taken against. */
  readonly kind: "expected" | "annotations";
  /** The float model's mean average precision by that measure, in points of a hundred. */
  readonly reference: number;
  /** Points of mean average precision lost; below 0 where the candidate does better. */
  loss(answers: readonly Answer[]): number;
}

/** Truths that are drawn; their mean is taken. */
const draws = 8;
/**
 * The loss that is to be expected, without annotations: what there truly is in a picture is drawn
 * from what the float model says of it (see `drawnTruth`). So a box that moved by a hair costs a
 * hair, not a whole match at the strictest IoU, as it would against the detections themselves. Both
 * models are scored on the same draws, always the same.
 *
 * @param reference The float model's answers.
 * @param classes How many it tells apart.
 */
export function expectedLoss(reference: readonly Answer[], classes: number): LossMeasure {
  const truths = Array.from(
    { length: draws },
    (_, seed) => drawnTruth(reference.map(({ detections }) => detections), classes, seed),
  );
  const category = Array.from({ length: classes }, (_, id) => id);
  return measured("expected", reference, truths.map((truth) => ({ truth, category })));
}

/**
 * The loss on annotated pictures.
 *
 * @param truth Of the pictures, in the answers' order.
 * @param map From the model's classes to the annotations'.
 */
export function annotatedLoss(
  reference: readonly Answer[],
  truth: GroundTruth,
  { category }: Pick<ClassMap, "category">,
): LossMeasure {
  return measured("annotations", reference, [{ truth, category }]);
}

interface Scale {
  readonly truth: GroundTruth;
  /** The truth's category of each of the model's classes; below 0: none. */
  readonly category: ArrayLike<number>;
}

function measured(
  kind: LossMeasure["kind"],
  reference: readonly Answer[],
  scales: readonly Scale[],
): LossMeasure {
  const floats = scales.map((scale) => precision(scale, reference));
  return {
    kind,
    reference: mean(floats),
    loss: (answers) => {
      if (answers.length !== reference.length) {
        throw new RangeError(`${answers.length} answers, but ${reference.length} pictures`);
      }
      return mean(scales.map((scale, i) => floats[i]! - precision(scale, answers)));
    },
  };
}

/** Points; 0 where there is nothing to be found. */
function precision({ truth, category }: Scale, answers: readonly Answer[]): number {
  const rows = answers.flatMap(({ detections }, image) =>
    detections.filter(({ classId }) => (category[classId] ?? -1) >= 0)
      .map(({ classId, score, box: [x1, y1, x2, y2] }) => (
        { image, category: category[classId]!, box: [x1, y1, x2 - x1, y2 - y1], score }
      ))
  );
  return 100 * Math.max(0, evaluateDetections(truth, detectionColumns(rows)).figures.AP);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
