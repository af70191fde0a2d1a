/**
 * How good detections and tracks are: COCO's figures, and those of multiple object tracking.
 * @module
 */
export { DataError } from "./error.ts";
export { type Category, type GroundTruth, parseAnnotations, type TruthImage } from "./truth.ts";
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
  evaluateTracks,
  type TrackingFigures,
  type TrackingRows,
  type TruthRule,
} from "./tracking.ts";
export { parseTracks, type Tracks } from "./tracks.ts";
export type { ClearFigures } from "./clear.ts";
export type { HotaFigures } from "./hota.ts";
export type { IdentityFigures } from "./identity.ts";
