import type { ClassRule } from "../../evaluate/mod.ts";

/** The options of `evaluate`, as commander gives them. */
export interface EvaluateOptions {
  readonly images?: string;
  readonly annotations?: string;
  readonly against?: string;
  readonly detections: readonly string[];
  readonly tracks?: string;
  readonly truth?: string;
  readonly precision: string;
  readonly batch: number;
  readonly size?: string;
  readonly engine: readonly string[];
  readonly classes: ClassRule;
  readonly only?: string;
  readonly score: number;
  readonly resamples: number;
  readonly seed: number;
  readonly confusion?: string;
  readonly curves?: string;
  readonly rows: "considered" | "all";
  readonly class: number;
  readonly distractors?: boolean;
  readonly counting: "motmetrics" | "trackeval";
  readonly json?: boolean;
  readonly quiet?: boolean;
}
