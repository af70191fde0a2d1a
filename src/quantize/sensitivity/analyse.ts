import type { NativeRuntime } from "../../native/mod.ts";
import type { OnnxModel } from "../../onnx/mod.ts";
import { type Calibration, evenly } from "../calibration/mod.ts";
import type { Subject } from "../subject.ts";
import { measuredModel } from "../targets.ts";
import type { Annotated } from "./annotated.ts";
import { chooseForOpenvino, chooseForTensorrt, openvinoDamages, type Ticker } from "./choose.ts";
import type { GroupDamage } from "./damage.ts";
import { annotatedLoss, expectedLoss, type LossMeasure } from "./loss.ts";
import { findMix, type Mixed, type MixLimits } from "./mixed.ts";
import { lossBySize, type SizeLoss } from "./sizes.ts";
import { SizedTrials } from "./sized_trials.ts";
import type { Trials } from "./trials.ts";

/** Pictures on which whole models are measured; with annotations, whose measure is coarser. */
const most = { expected: 64, annotations: 100 };

/** How far a phase has come. */
export type PhaseStep = (phase: string, unit: string, done: number, total: number) => void;

/** What is to be found out, and how. */
export interface AnalyseOptions {
  /** The library, which stays open. */
  readonly native: NativeRuntime;
  readonly subject: Subject;
  /** With ranges for all tensors. */
  readonly calibration: Calibration;
  /** Paths of the calibration's pictures. */
  readonly images: readonly string[];
  /** What is in them, where that is known. */
  readonly annotated?: Annotated | undefined;
  /** Whether ranges are to be chosen anew, each by the method that does best. */
  readonly auto: boolean;
  /** Whether TensorRT's form is looked at too, after OpenVINO's. */
  readonly tensorrt: boolean;
  /** Ids of groups that stay float whatever comes of it. */
  readonly keepFloat: ReadonlySet<string>;
  /** How far to go. */
  readonly limits: MixLimits;
  readonly signal?: AbortSignal | undefined;
  readonly step?: PhaseStep | undefined;
}

/** What was found out. */
export interface Analysis {
  /** With the ranges that were chosen. */
  readonly calibration: Calibration;
  /** Pictures it was measured on. */
  readonly images: number;
  /** What loss was measured by, and at which precision; of several sizes that at the largest. */
  readonly measure: Pick<LossMeasure, "kind" | "reference">;
  /** By group, in the graph's order; not those that stay float by wish or by target. */
  readonly damages: readonly GroupDamage[];
  readonly mixed: Mixed;
  /**
   * Points that TensorRT's form loses with the same groups in float, if it was looked at; of several
   * sizes at the one where that is most.
   */
  readonly tensorrt?: number;
  /** At each size, where there are several. */
  readonly sizes: readonly SizeLoss[];
}

/**
 * Measures what INT8 costs in accuracy, group by group and as a whole, on pictures of the
 * calibration, and finds the mix of INT8 and float that keeps within the limits. All of it is by
 * OpenVINO.
 *
 * @throws {CalibrationError} None of the pictures can be decoded.
 * @throws The signal's reason.
 */
export async function analyse(options: AnalyseOptions): Promise<Analysis> {
  const { native, subject, annotated, keepFloat, signal, step } = options;
  const images = annotated
    ? evenly(annotated.images, most.annotations)
    : evenly(options.images, most.expected);
  const trials = await SizedTrials.open({ native, subject, images, signal }, subject.sizes);
  try {
    const measures = new Map(trials.each.map((one) => [
      one,
      annotated
        ? annotatedLoss(one.reference, ...annotated.of(one.images))
        : expectedLoss(one.reference, subject.contract.labels.length),
    ]));
    const measureOf = (one: Trials) => measures.get(one)!;
    const loss = (model: OnnxModel) =>
      trials.worst(async (one) => measureOf(one).loss(await one.run(model)));
    const ticker: Ticker = (phase, unit, total) => {
      let done = 0;
      return () => step?.(phase, unit, ++done, total);
    };
    const choiceOptions = { trials, calibration: options.calibration, keepFloat, ticker };
    const found = options.auto ? await chooseForOpenvino(choiceOptions) : {
      calibration: options.calibration,
      damages: await openvinoDamages(choiceOptions),
    };
    const { damages } = found;
    // Twice for each doubling, then halving, then the time.
    const total = 4 * Math.ceil(Math.log2(damages.length + 1)) + 1;
    const mixed = await findMix({
      ...options.limits,
      trials: trials.largest,
      calibration: found.calibration,
      loss,
      damages,
      keepFloat,
      step: ticker("mixes of INT8 and float", "mixes", total),
    });
    const float = new Set([...keepFloat, ...mixed.chosen.float]);
    let { calibration } = found;
    let lossTensorrt: number | undefined;
    if (options.tensorrt) {
      const own = { trials, calibration, keepFloat: float, ticker };
      if (options.auto) calibration = await chooseForTensorrt(own, damages);
      const model = measuredModel(subject, calibration, "symmetric", float);
      lossTensorrt = await loss(model);
    }
    const several = calibration.sizes.length > 1;
    const sizes = !several ? [] : await lossBySize({
      ...{ trials, calibration },
      keepFloat: float,
      measure: measureOf,
      step: ticker("input sizes", "sizes", calibration.sizes.length),
    });
    const { kind, reference } = measureOf(trials.largest);
    const count = trials.largest.images.length;
    return {
      calibration,
      images: count,
      measure: { kind, reference },
      damages,
      mixed,
      ...(lossTensorrt !== undefined && { tensorrt: lossTensorrt }),
      sizes,
    };
  } finally {
    await trials.close();
  }
}
