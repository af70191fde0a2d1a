import type { Calibration, Scheme } from "../calibration/mod.ts";
import { candidates, damageByGroup, type GroupDamage } from "./damage.ts";
import { drawn, drawRanges } from "./draws.ts";
import { candidateMethods, RangeChoices } from "./methods.ts";
import { bestMethod, measuredAnew, refineRanges, worst } from "./ranges.ts";
import type { ErrorTrials } from "./trials.ts";

/** Pictures that a group's damage is measured on: it is nearly the same on any. */
const mostForGroups = 8;
/** Groups that may do most harm in TensorRT's form, by what they do in OpenVINO's. */
const mostLikely = 8;

/** Makes what is called after each of so many steps. */
export type Ticker = (phase: string, unit: string, total: number) => () => void;

/** What ranges are chosen with. */
export interface ChoiceOptions {
  readonly trials: ErrorTrials;
  /** With ranges for all tensors. */
  readonly calibration: Calibration;
  /** Ids of groups that stay float whatever comes of it. */
  readonly keepFloat: ReadonlySet<string>;
  readonly ticker: Ticker;
}

/** Ranges, and the damage that groups do with them. */
export interface Choice {
  readonly calibration: Calibration;
  /** By group, in the graph's order. */
  readonly damages: readonly GroupDamage[];
}

/** Measures the damage of each group in OpenVINO's form. */
export async function openvinoDamages(options: ChoiceOptions): Promise<readonly GroupDamage[]> {
  const { ticker } = options;
  const scheme = "asymmetric";
  const groups = candidates({ ...options, scheme }, options.keepFloat);
  const step = ticker("damage by group", "groups", groups.length);
  return await damageByGroup({ ...options, scheme, most: mostForGroups, step }, groups);
}

/** Chooses the ranges of OpenVINO's form. */
export async function chooseForOpenvino(options: ChoiceOptions): Promise<Choice> {
  const { ticker } = options;
  const own = rangeOptions(options, "asymmetric");
  const base = await bestMethod({
    ...own,
    step: ticker("methods", "methods", candidateMethods.length),
  });
  const calibration = own.choices.with(() => base.method);
  let damages = await openvinoDamages({ ...options, calibration });
  const step = ticker("ranges", "groups", worst(damages).length);
  const refined = await refineRanges({ ...own, step }, base, damages);
  damages = await measuredAnew(own, damages, refined);
  const wider = await drawRanges(
    { ...own, step: ticker("wider ranges", "groups", drawn(damages).length) },
    refined,
    damages,
  );
  return { calibration: wider.calibration, damages: await measuredAnew(own, damages, wider) };
}

/**
 * Chooses the ranges of TensorRT's form. It is computed in floats, three times as slowly as INT8, so
 * the groups that are looked at are those that do most harm in OpenVINO's form: they read the same
 * values.
 *
 * @param known The damage of groups in OpenVINO's form.
 */
export async function chooseForTensorrt(
  options: ChoiceOptions,
  known: readonly GroupDamage[],
): Promise<Calibration> {
  const ticker: Ticker = (phase, unit, total) => options.ticker(`TensorRT: ${phase}`, unit, total);
  const own = rangeOptions(options, "symmetric");
  const base = await bestMethod({
    ...own,
    step: ticker("methods", "methods", candidateMethods.length),
  });
  const able = new Set(candidates(own, own.keepFloat).map(({ id }) => id));
  const first = worst(known.filter(({ group }) => able.has(group.id)));
  const refined = await refineRanges(
    { ...own, step: ticker("ranges", "groups", first.length) },
    base,
    first,
  );
  const likely = first.slice(0, mostLikely).map(({ group }) => group);
  const step = ticker("damage by group", "groups", likely.length);
  const { calibration } = refined;
  const damages = await damageByGroup({ ...own, calibration, step }, likely);
  const wider = await drawRanges(
    { ...own, step: ticker("wider ranges", "groups", drawn(damages).length) },
    refined,
    damages,
  );
  return wider.calibration;
}

function rangeOptions({ trials, calibration, keepFloat }: ChoiceOptions, scheme: Scheme) {
  const { input } = trials.options.subject.contract;
  const choices = new RangeChoices(calibration, input.name, scheme);
  return { trials, scheme, choices, keepFloat, most: mostForGroups };
}
