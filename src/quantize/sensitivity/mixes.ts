import type { OnnxModel } from "../../onnx/mod.ts";
import { measuredModel, targetModel } from "../targets.ts";
import type { Choice, Ticker } from "./choose.ts";
import { floatCosts, gpuCosts } from "./cost.ts";
import { findMix, type Mixed, type MixLimits, mixOrder } from "./mixed.ts";
import type { SizedTrials } from "./sized_trials.ts";
import type { Rival, Share } from "./trials.ts";

/** What a form's mix is searched with. */
export interface FormMixOptions extends Choice {
  readonly trials: SizedTrials;
  /** Ids of groups that stay float whatever comes of it. */
  readonly keepFloat: ReadonlySet<string>;
  readonly limits: MixLimits;
  /** Points that a model loses. */
  readonly loss: (model: OnnxModel, share: Share) => Promise<number>;
  readonly ticker: Ticker;
}

/** The mix of OpenVINO's form, with the time that it takes on this machine. */
export async function openvinoMix(options: FormMixOptions): Promise<Mixed> {
  const { trials: { largest }, calibration, damages, loss } = options;
  const { subject, size, signal } = largest.options;
  const model = (float: readonly string[]) =>
    targetModel(subject, calibration, "openvino", withAll(options, float));
  const costs = floatCosts(subject, size);
  let int8: Rival | undefined;
  try {
    return await findMix({
      ...options.limits,
      order: mixOrder(damages, costs),
      costs,
      loss: (float, share) => loss(model(float), share),
      slowdown: async (float) => {
        int8 ??= await largest.rival(model([]));
        return Math.max(0, await int8.slowdown(model(float)));
      },
      signal,
      step: options.ticker("mixes of INT8 and float", "mixes", trialsOf(damages.length)),
    });
  } finally {
    await int8?.close();
  }
}

/**
 * The mix of TensorRT's form. There is no GPU to measure time on: it is estimated, and only groups that
 * are within the budget together are looked at.
 */
export async function tensorrtMix(options: FormMixOptions): Promise<Mixed> {
  const { trials: { largest }, calibration, damages, loss, limits } = options;
  const { subject, size, signal } = largest.options;
  const costs = gpuCosts(floatCosts(subject, size), damages.map(({ group: { id } }) => id));
  const order = affordable(mixOrder(damages, costs), costs, limits.maxSlowdown);
  return await findMix({
    ...limits,
    ...{ order, costs },
    loss: (float, share) =>
      loss(measuredModel(subject, calibration, "symmetric", withAll(options, float)), share),
    slowdown: (float) => Promise.resolve(float.reduce((sum, id) => sum + (costs.get(id) ?? 0), 0)),
    signal,
    step: options.ticker("TensorRT: mixes", "mixes", trialsOf(order.length)),
  });
}

/** Those that are within a budget with all before them. */
function affordable(
  ids: readonly string[],
  costs: ReadonlyMap<string, number>,
  budget: number,
): string[] {
  let spent = 0;
  return ids.filter((id) => {
    const sum = spent + (costs.get(id) ?? 0);
    if (sum > budget) return false;
    spent = sum;
    return true;
  });
}

const withAll = ({ keepFloat }: FormMixOptions, float: readonly string[]) =>
  new Set([...keepFloat, ...float]);

/** Twice for each doubling, then halving, then the time. */
const trialsOf = (groups: number) => 4 * Math.ceil(Math.log2(groups + 1)) + 1;
