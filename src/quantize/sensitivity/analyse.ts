import type { NativeRuntime } from "../../native/mod.ts";
import { type Calibration, evenly, type InputSize, type Scheme } from "../calibration/mod.ts";
import type { Subject } from "../subject.ts";
import { measuredModel } from "../targets.ts";
import type { Annotated } from "./annotated.ts";
import { candidates, damageByGroup, type GroupDamage } from "./damage.ts";
import { annotatedLoss, expectedLoss, type LossMeasure } from "./loss.ts";
import { drawn, drawRanges } from "./draws.ts";
import { findMix, type Mixed, type MixLimits } from "./mixed.ts";
import { candidateMethods, RangeChoices } from "./methods.ts";
import { bestMethod, mostRefined, refineRanges } from "./ranges.ts";
import { lossBySize, type SizeLoss } from "./sizes.ts";
import { Trials } from "./trials.ts";

/** Pictures on which whole models are measured; with annotations, whose measure is coarser. */
const most = { expected: 64, annotations: 100 };
/** Pictures that a group's damage is measured on: it is nearly the same on any. */
const mostForGroups = 16;

/** How far a phase has come. */
export type PhaseStep = (phase: string, unit: string, done: number, total: number) => void;

/** What is to be found out, and how. */
export interface AnalyseOptions {
  /** The library, which stays open. */
  readonly native: NativeRuntime;
  readonly subject: Subject;
  /** With ranges for all tensors. */
  readonly calibration: Calibration;
  /** Of the model's input; the largest of several. */
  readonly size: InputSize;
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
  /** What loss was measured by. */
  readonly measure: Pick<LossMeasure, "kind" | "reference">;
  /** By group, in the graph's order; not those that stay float by wish or by target. */
  readonly damages: readonly GroupDamage[];
  readonly mixed: Mixed;
  /** Points that TensorRT's form loses with the same groups in float, if it was looked at. */
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
  const { native, subject, size, annotated, keepFloat, signal, step } = options;
  const images = annotated
    ? evenly(annotated.images, most.annotations)
    : evenly(options.images, most.expected);
  const trials = await Trials.open({ native, subject, size, images, signal });
  try {
    const measureOf = ({ reference, images }: Trials) =>
      annotated
        ? annotatedLoss(reference, ...annotated.of(images))
        : expectedLoss(reference, subject.contract.labels.length);
    const measure = measureOf(trials);
    const groups = candidates({ trials, scheme: "asymmetric", keepFloat }).length;
    const ticker = (phase: string, unit: string, total: number) => {
      let done = 0;
      return () => step?.(phase, unit, ++done, total);
    };
    const found = await settle(trials, "asymmetric", options, ticker);
    // Twice for each doubling, then halving, then the time.
    const total = 4 * Math.ceil(Math.log2(groups + 1)) + 1;
    const { damages } = found;
    const mixed = await findMix({
      ...options.limits,
      trials,
      calibration: found.calibration,
      measure,
      damages,
      keepFloat,
      step: ticker("mixes of INT8 and float", "mixes", total),
    });
    const float = new Set([...keepFloat, ...mixed.chosen.float]);
    const other = options.tensorrt
      ? await forTensorrt(trials, { ...options, ...found, keepFloat: float }, measure, ticker)
      : undefined;
    const { calibration } = other ?? found;
    // Their pictures are not needed any more, and each size has its own.
    await trials.close();
    const several = calibration.sizes.length > 1;
    const sizes = !several ? [] : await lossBySize({
      ...{ native, subject, images, signal, calibration },
      keepFloat: float,
      measure: measureOf,
      step: ticker("input sizes", "sizes", calibration.sizes.length),
    });
    const { kind, reference } = measure;
    const count = trials.images.length;
    return {
      calibration,
      images: count,
      measure: { kind, reference },
      damages,
      mixed,
      ...(other && { tensorrt: other.loss }),
      sizes,
    };
  } finally {
    await trials.close();
  }
}

/** Makes what is called after each of so many steps. */
type Ticker = (phase: string, unit: string, total: number) => () => void;

/** Chooses TensorRT's ranges, and measures what is lost with them. */
async function forTensorrt(
  trials: Trials,
  options: AnalyseOptions,
  measure: LossMeasure,
  ticker: Ticker,
): Promise<{ calibration: Calibration; loss: number }> {
  const named: Ticker = (phase, unit, total) => ticker(`TensorRT: ${phase}`, unit, total);
  const { calibration } = options.auto
    ? await settle(trials, "symmetric", options, named)
    : options;
  const model = measuredModel(options.subject, calibration, "symmetric", options.keepFloat);
  return { calibration, loss: measure.loss(await trials.run(model)) };
}

/** Ranges, and the damage that groups do with them. */
async function settle(
  trials: Trials,
  scheme: Scheme,
  { subject, calibration, keepFloat, auto }: AnalyseOptions,
  ticker: Ticker,
): Promise<{ calibration: Calibration; damages: readonly GroupDamage[] }> {
  const groups = candidates({ trials, scheme, keepFloat }).length;
  const most = mostForGroups;
  const damaged = (calibration: Calibration) =>
    damageByGroup({
      ...{ trials, scheme, calibration, keepFloat, most },
      step: ticker("damage by group", "groups", groups),
    });
  if (!auto) return { calibration, damages: await damaged(calibration) };
  const { input } = subject.contract;
  const choices = new RangeChoices(calibration, input.name, scheme);
  const options = { trials, scheme, choices, keepFloat, most };
  const base = await bestMethod({
    ...options,
    step: ticker("methods", "methods", candidateMethods.length),
  });
  const refined = await refineRanges(
    { ...options, step: ticker("ranges", "groups", Math.min(groups, mostRefined)) },
    base,
    await damaged(choices.with(() => base)),
  );
  const step = ticker("wider ranges", "groups", drawn(refined.damages).length);
  return await drawRanges({ ...options, step }, refined);
}
