/**
 * What INT8 costs a model in accuracy, measured on calibration images without labels, and the mix of
 * INT8 and float that keeps that within a limit.
 * @module
 */
export { analyse, type AnalyseOptions, type Analysis, type PhaseStep } from "./analyse.ts";
export { annotate, type Annotated } from "./annotated.ts";
export { type Anchors, readAnchors } from "./anchors.ts";
export type { GroupDamage } from "./damage.ts";
export { annotatedLoss, expectedLoss, type LossMeasure } from "./loss.ts";
export type { Mix, Mixed, MixLimits } from "./mixed.ts";
export { outputError } from "./output_error.ts";
export { type Answer, Trials } from "./trials.ts";
