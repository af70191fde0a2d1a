import {
  type ClassMap,
  detectionColumns,
  evaluateDetections,
  type GroundTruth,
} from "../../evaluate/mod.ts";
import { generator } from "../../evaluate/random.ts";
import type { Detection } from "../../runtime/packet.ts";
import type { Answer } from "./trials.ts";

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
/** Weaker detections are no objects in any draw. */
const weakest = 0.02;
/**
 * How far a side of an object's box is from the detection's, as a share of the box: the deviation
 * where the score is 1, and what is added where it is 0. With these the estimate was the measured
 * loss or a little more on both models it was fitted to (YOLOv8n of DeepPCB, YOLOX-Nano of COCO).
 */
const deviation = { sure: 0.03, more: 0.12 };

/**
 * The loss that is to be expected, without annotations: what there truly is in a picture is drawn
 * from what the float model says. Each of its detections is an object with the probability of its
 * score, whose sides lie about the detection's, the farther the less sure it is. So a box that
 * moved by a hair costs a hair, not a whole match at the strictest IoU, as it would against the
 * detections themselves. Both models are scored on the same draws, always the same.
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

/** Objects that detections may stand for; the same ones for the same seed. */
export function drawnTruth(
  pictures: readonly (readonly Detection[])[],
  classes: number,
  seed: number,
): GroundTruth {
  const random = generator(seed * 7919 + 1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const objects = pictures.flatMap((detections, image) =>
    detections.flatMap(({ score, classId, box }) => {
      if (score < weakest || random() > score) return [];
      const [width, height] = [box[2] - box[0], box[3] - box[1]];
      const spread = deviation.sure + deviation.more * (1 - score);
      const [x1, y1, x2, y2] = box.map((value, side) =>
        value + normal() * spread * (side % 2 === 0 ? width : height)
      ) as [number, number, number, number];
      // Sides that passed each other would be no box.
      const size = [Math.max(x2 - x1, width / 10), Math.max(y2 - y1, height / 10)] as const;
      return [{ image, classId, box: [x1, y1, ...size] }];
    })
  );
  const area = objects.map(({ box }) => box[2]! * box[3]!);
  return {
    name: "expected",
    images: pictures.map((_, id) => ({ id, fileName: `${id}` })),
    categories: Array.from({ length: classes }, (_, id) => ({ id, name: `${id}` })),
    image: Int32Array.from(objects, ({ image }) => image),
    category: Int32Array.from(objects, ({ classId }) => classId),
    box: Float64Array.from(objects.flatMap(({ box }) => box)),
    area: Float64Array.from(area),
    crowd: new Uint8Array(objects.length),
  };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
