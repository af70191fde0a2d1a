import type { Calibration, Scheme } from "../calibration/mod.ts";
import type { QuantGroup } from "../graph/mod.ts";
import { candidates, damageByGroup, type GroupDamage } from "./damage.ts";
import { drawn, drawRanges } from "./draws.ts";
import { candidateMethods, RangeChoices } from "./methods.ts";
import { bestMethod, measuredAnew, refineRanges, worst } from "./ranges.ts";
import type { ErrorTrials } from "./trials.ts";

/**
 * Pictures that a group's damage is measured on: it is nearly the same on any. TensorRT's form is
 * computed in floats, three times as slowly as INT8.
 */
const mostForGroups: Readonly<Record<Scheme, number>> = { asymmetric: 8, symmetric: 4 };
/** Groups that do less than this share of the worst's harm in OpenVINO's form do little in another. */
const negligible = 1 / 50;

/** Makes what is called after each of so many steps. */
export type Ticker = (phase: string, unit: string, total: number) => () => void;

/** What ranges are chosen with. */
export interface ChoiceOptions {
  readonly trials: ErrorTrials;
  /** With ranges for all tensors. */
  readonly calibration: Calibration;
  /** Whether ranges are to be chosen anew; if not, damage alone is measured. */
  readonly auto: boolean;
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

/** Chooses the ranges of OpenVINO's form, and measures the damage of each group. */
export async function chooseForOpenvino(options: ChoiceOptions): Promise<Choice> {
  const scheme = "asymmetric";
  return await choose(options, scheme, candidates({ ...options, scheme }, options.keepFloat));
}

/**
 * Chooses the ranges of TensorRT's form, and measures the damage of groups, but for those that do next
 * to no harm in OpenVINO's form: they read the same values.
 *
 * @param known The damage of groups in OpenVINO's form. Sums of two activations are not among them.
 */
export async function chooseForTensorrt(
  options: ChoiceOptions,
  known: readonly GroupDamage[],
): Promise<Choice> {
  const scheme = "symmetric";
  const ticker: Ticker = (phase, unit, total) => options.ticker(`TensorRT: ${phase}`, unit, total);
  const before = new Map(known.map(({ group, damage }) => [group.id, damage]));
  const least = negligible * Math.max(...before.values());
  const groups = candidates({ ...options, scheme }, options.keepFloat);
  const looked = groups.filter(({ id }) => (before.get(id) ?? Infinity) >= least);
  const { calibration, damages } = await choose({ ...options, ticker }, scheme, looked);
  const found = new Map(damages.map((one) => [one.group.id, one]));
  const all = groups.map((group) =>
    found.get(group.id) ?? { group, damage: before.get(group.id) ?? 0 }
  );
  return { calibration, damages: all };
}

/** @param groups Whose damage is measured. */
async function choose(
  { trials, calibration, auto, keepFloat, ticker }: ChoiceOptions,
  scheme: Scheme,
  groups: readonly QuantGroup[],
): Promise<Choice> {
  const { input } = trials.options.subject.contract;
  const choices = new RangeChoices(calibration, input.name, scheme);
  const most = mostForGroups[scheme];
  const own = { trials, scheme, choices, keepFloat, most };
  const damagesWith = (calibration: Calibration) => {
    const step = ticker("damage by group", "groups", groups.length);
    return damageByGroup({ ...own, calibration, step }, groups);
  };
  if (!auto) return { calibration, damages: await damagesWith(calibration) };
  const base = await bestMethod({
    ...own,
    step: ticker("methods", "methods", candidateMethods.length),
  });
  let damages = await damagesWith(choices.with(() => base.method));
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
