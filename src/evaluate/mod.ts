/**
 * How good detections and tracks are: COCO's figures, those of multiple object tracking, and how far
 * two models agree. All but {@linkcode openDetector} is pure.
 *
 * ```ts
 * const truth = parseAnnotations(await Deno.readTextFile("gt.json"), "gt.json");
 * const found = parseDetections(await Deno.readTextFile("dt.json"), "dt.json", truth);
 * console.log(evaluateDetections(truth, found).figures.AP);
 * ```
 *
 * @module
 */
export { DataError } from "./error.ts";
export type { Detection } from "../runtime/packet.ts";
export { type Category, type GroundTruth, parseAnnotations, type TruthImage } from "./truth.ts";
export { restrictTruth } from "./restrict.ts";
export {
  detectionColumns,
  type DetectionRow,
  type Detections,
  parseDetections,
} from "./detections.ts";
export {
  type ClassFigures,
  type CocoEvaluation,
  type CocoFigures,
  evaluateDetections,
} from "./coco.ts";
export type { ClassMatches } from "./match.ts";
export {
  type Bootstrap,
  bootstrap,
  type BootstrapOptions,
  type Interval,
  type Intervals,
  resampledFigures,
} from "./bootstrap.ts";
export { type Agreement, agreementOf, type AgreementOptions } from "./agreement.ts";
export { type Confusion, confusionOf, type ConfusionOptions } from "./confusion.ts";
export {
  type Detected,
  type DetectOptions,
  type Detector,
  type DetectorOptions,
  openDetector,
} from "./detector.ts";
export { type ClassMap, type ClassRule, mapClasses } from "./class_map.ts";
export { type PairedPictures, pairPictures } from "./pictures.ts";
export {
  evaluateTracks,
  type TrackingFigures,
  type TrackingRows,
  type TruthRule,
} from "./tracking.ts";
export { parseTracks, type Tracks } from "./tracks.ts";
export type { ClearFigures } from "./clear.ts";
export type { HotaFigures } from "./hota.ts";
export type { IdentityFigures } from "./identity.ts";
