import type { NativeRuntime } from "../../native/mod.ts";
import type { OnnxModel } from "../../onnx/mod.ts";
import { type Calibration, evenly } from "../calibration/mod.ts";
import type { Subject } from "../subject.ts";
import type { Annotated } from "./annotated.ts";
import { chooseForOpenvino, chooseForTensorrt, type Ticker } from "./choose.ts";
import type { GroupDamage } from "./damage.ts";
import { annotatedLoss, expectedLoss, type LossMeasure } from "./loss.ts";
import type { Mixed, MixLimits } from "./mixed.ts";
import { openvinoMix, tensorrtMix } from "./mixes.ts";
import { lossBySize, type SizeLoss } from "./sizes.ts";
import { SizedTrials } from "./sized_trials.ts";
import type { Share, Trials } from "./trials.ts";

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
  /** Of OpenVINO's form. Losses of several sizes are those of the one where they are greatest. */
  readonly mixed: Mixed;
  /** Of TensorRT's form, if it was looked at, with an estimate of the time. */
  readonly tensorrt?: Mixed;
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
    const loss = (model: OnnxModel, share: Share) =>
      trials.worst(async (one) => measureOf(one).loss(await one.run(model, share)));
    const ticker: Ticker = (phase, unit, total) => {
      let done = 0;
      return () => step?.(phase, unit, ++done, total);
    };
    const { auto, limits } = options;
    const common = { trials, keepFloat, ticker, auto };
    const found = await chooseForOpenvino({ ...common, calibration: options.calibration });
    const mixed = await openvinoMix({ ...common, ...found, limits, loss });
    let { calibration } = found;
    let tensorrt: Mixed | undefined;
    if (options.tensorrt) {
      const other = await chooseForTensorrt({ ...common, calibration }, found.damages);
      tensorrt = await tensorrtMix({ ...common, ...other, limits, loss });
      calibration = other.calibration;
    }
    const several = calibration.sizes.length > 1;
    const sizes = !several ? [] : await lossBySize({
      ...{ trials, calibration },
      keepFloat: new Set([...keepFloat, ...mixed.chosen.float]),
      measure: measureOf,
      step: ticker("input sizes", "sizes", calibration.sizes.length),
    });
    const { kind, reference } = measureOf(trials.largest);
    const count = trials.largest.images.length;
    return {
      calibration,
      images: count,
      measure: { kind, reference },
      damages: found.damages,
      mixed,
      ...(tensorrt && { tensorrt }),
      sizes,
    };
  } finally {
    await trials.close();
  }
}
