import { calibrated, type Calibration, type InputSize } from "../calibration/mod.ts";
import { targetModel } from "../targets.ts";
import type { LossMeasure } from "./loss.ts";
import type { SizedTrials } from "./sized_trials.ts";
import type { Trials } from "./trials.ts";

/** What one set of ranges costs at one of several input sizes. */
export interface SizeLoss {
  readonly size: InputSize;
  /** The float model's mean average precision by the measure, in points. */
  readonly reference: number;
  /** Points lost with the ranges for all sizes. */
  readonly merged: number;
  /** Points lost with those that this size alone gives, by the same methods. */
  readonly own: number;
}

/** What is measured with. */
export interface SizeOptions {
  /** At each size of the calibration. */
  readonly trials: SizedTrials;
  readonly calibration: Calibration;
  /** Ids of the groups that stay float. */
  readonly keepFloat: ReadonlySet<string>;
  /** The measure of loss for trials. */
  readonly measure: (trials: Trials) => LossMeasure;
  /** Called after each size. */
  readonly step: () => void;
}

/** Compares the ranges for all sizes with what each size's own would give. */
export async function lossBySize(options: SizeOptions): Promise<SizeLoss[]> {
  const { calibration, keepFloat, measure, step } = options;
  const found: SizeLoss[] = [];
  for (const [index, trials] of options.trials.each.entries()) {
    const { subject, size } = trials.options;
    const { reference, loss } = measure(trials);
    const of = async (one: Calibration) =>
      loss(await trials.run(targetModel(subject, one, "openvino", keepFloat)));
    const own = ownCalibration(calibration, index, subject.contract.input.name);
    found.push({ size, reference, merged: await of(calibration), own: await of(own) });
    step();
  }
  return found;
}

/**
 * What a calibration would be had it been made at one of its sizes alone.
 *
 * @param index Of the size.
 * @param input The tensor that pictures are put into, whose range stays as it is.
 */
export function ownCalibration(
  calibration: Calibration,
  index: number,
  input: string,
): Calibration {
  return {
    ...calibration,
    sizes: [calibration.sizes[index]!],
    tensors: calibration.tensors.map((tensor) => {
      const histograms = [tensor.histograms[index]!];
      return tensor.name === input
        ? { ...tensor, histograms }
        : calibrated(histograms, tensor.method, tensor.symmetricMethod);
    }),
  };
}
