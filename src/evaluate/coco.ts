import type { Detections } from "./detections.ts";
import { type ClassMatches, matchDetections, mostDetections, thresholds } from "./match.ts";
import { mean, meanPrecision, PrecisionReader } from "./precision.ts";
import type { Category, GroundTruth } from "./truth.ts";

/** COCO's twelve figures: fractions, −1 where there is nothing to be found. */
export interface CocoFigures {
  /** Average precision, mean over IoU 0.50 to 0.95 and over classes. */
  readonly AP: number;
  /** At IoU 0.50. */
  readonly AP50: number;
  /** At IoU 0.75. */
  readonly AP75: number;
  /** Of objects up to 32² square pixels. */
  readonly APsmall: number;
  /** Of objects from 32² to 96² square pixels. */
  readonly APmedium: number;
  /** Of objects from 96² square pixels. */
  readonly APlarge: number;
  /** Average recall with one detection a class and picture. */
  readonly AR1: number;
  /** With ten. */
  readonly AR10: number;
  /** With a hundred. */
  readonly AR100: number;
  /** Of objects up to 32² square pixels. */
  readonly ARsmall: number;
  /** Of objects from 32² to 96² square pixels. */
  readonly ARmedium: number;
  /** Of objects from 96² square pixels. */
  readonly ARlarge: number;
}

/** The figures of one class. */
export interface ClassFigures {
  /** The class. */
  readonly category: Category;
  /** Boxes to be found, crowds left out. */
  readonly boxes: number;
  /** Detections that count: at most a hundred a picture. */
  readonly detections: number;
  /** Fraction; −1 without a box. */
  readonly AP: number;
  /** At IoU 0.50. */
  readonly AP50: number;
  /** At IoU 0.75. */
  readonly AP75: number;
  /** Recall, mean over IoU 0.50 to 0.95. */
  readonly AR100: number;
  /** Precision at IoU 0.50 and recall 0, 0.01 … 1. */
  readonly curve: Float64Array;
}

/** How well detections fit a ground truth. */
export interface CocoEvaluation {
  /** Over all classes. */
  readonly figures: CocoFigures;
  /** In the order of the ground truth's categories. */
  readonly classes: readonly ClassFigures[];
  /** What became of each detection; a bootstrap starts from it. */
  readonly matches: readonly ClassMatches[];
}

/** The index of IoU 0.75. */
const at75 = thresholds.indexOf(0.75);

/**
 * Scores detections by COCO's rules. Equals pycocotools 2.0.11 (COCOeval of boxes, its defaults),
 * but for annotations whose id is 0, which that counts as never found.
 *
 * @example
 * ```ts
 * const truth = parseAnnotations(await Deno.readTextFile("gt.json"), "gt.json");
 * const found = parseDetections(await Deno.readTextFile("dt.json"), "dt.json", truth);
 * console.log(evaluateDetections(truth, found).figures.AP);
 * ```
 */
export function evaluateDetections(truth: GroundTruth, found: Detections): CocoEvaluation {
  const matches = matchDetections(truth, found);
  const reader = new PrecisionReader();
  const classes = matches.map((one, index): ClassFigures => {
    const read = reader.read(one, 0, mostDetections);
    const known = read.positives > 0;
    return {
      category: truth.categories[index]!,
      boxes: read.positives,
      detections: one.image.length,
      AP: known ? meanPrecision(read) : -1,
      AP50: known ? meanPrecision(read, 0) : -1,
      AP75: known ? meanPrecision(read, at75) : -1,
      AR100: known ? mean(read.recall) : -1,
      curve: read.precision.slice(0, read.precision.length / thresholds.length),
    };
  });
  const over = (key: "AP" | "AP50" | "AP75" | "AR100") => present(classes.map((one) => one[key]));
  const inArea = (area: number, most = mostDetections) => {
    const known = matches.map((one) => {
      const read = reader.read(one, area, most);
      return { AP: meanPrecision(read), AR: mean(read.recall), positives: read.positives };
    }).filter(({ positives }) => positives > 0);
    return { AP: present(known.map(({ AP }) => AP)), AR: present(known.map(({ AR }) => AR)) };
  };
  const [small, medium, large] = [inArea(1), inArea(2), inArea(3)];
  return {
    figures: {
      AP: over("AP"),
      AP50: over("AP50"),
      AP75: over("AP75"),
      APsmall: small.AP,
      APmedium: medium.AP,
      APlarge: large.AP,
      AR1: inArea(0, 1).AR,
      AR10: inArea(0, 10).AR,
      AR100: over("AR100"),
      ARsmall: small.AR,
      ARmedium: medium.AR,
      ARlarge: large.AR,
    },
    classes,
    matches,
  };
}

/** The mean of what is there; −1 if nothing is. */
function present(values: readonly number[]): number {
  const known = values.filter((value) => value >= 0);
  return known.length > 0 ? mean(known) : -1;
}
