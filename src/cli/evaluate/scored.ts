import type { Agreement, CocoEvaluation, Detections } from "../../evaluate/mod.ts";

/** What was scored. */
export interface Scored {
  /** As on the command line. */
  readonly name: string;
  readonly detections: Detections;
  readonly evaluation: CocoEvaluation;
  /** A second, of models that were run. */
  readonly imagesPerSecond?: number;
  /** With `--against`. */
  readonly agreement?: Agreement;
}
