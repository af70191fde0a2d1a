/**
 * What values a model's tensors take on real pictures, and what ranges of them 8 bits should span.
 * @module
 */
export * from "./assemble.ts";
export * from "./belongs.ts";
export * from "./calibration.ts";
export { channelRanges } from "./channels.ts";
export { joined, sigmoidOf } from "./derived.ts";
export { CalibrationError } from "./error.ts";
export { readCalibration, writeCalibration } from "./file.ts";
export { modelHash } from "./hashes.ts";
export type { GoldenAnswer, GoldenPicture } from "../golden/golden.ts";
export * from "./histogram.ts";
export {
  advisedLeast,
  calibrationImages,
  defaultMost,
  evenly,
  type ImageList,
} from "./image_list.ts";
export type { InputSize, InstrumentedOptions } from "./instrumented.ts";
export { type Method, methodText, parseMethod, rangeOf } from "./method.ts";
export { expectedError } from "./mse.ts";
export * from "./observe.ts";
export type { Progress } from "./progress.ts";
export { type Grid, gridOf } from "./quantizer.ts";
export type { Range, Scheme } from "./range.ts";
