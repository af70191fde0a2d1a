import type { Calibration, Scheme } from "../calibration/mod.ts";
import type { GroupDamage } from "./damage.ts";
import {
  better,
  type RangeOptions,
  type RefinedRanges,
  scaleTensors,
  wholeError,
  worst,
} from "./ranges.ts";

/** Groups for which it is done, at most. */
const mostGroups = 4;
/** Of the greatest damage: groups that do less are left alone. */
const worthIt = 1 / 3;
/** How many times wider a range becomes. A step moves the greatest value by more than two integers. */
const factors = [1.01, 1.02, 1.03, 1.04, 1.05, 1.06, 1.07, 1.08];

/**
 * Widens the ranges of what the groups read that do most harm by a few per cent, where the whole model
 * is nearer to the float one with that. Where pixels are alike (boards of two colours, say), what a
 * scale rounds them by is the same in all of them and adds up, so that it is a matter of luck: each
 * scale draws another lot, on other pictures of the kind as on these.
 *
 * @param damages The damage that groups do with the ranges before.
 */
export async function drawRanges(
  options: RangeOptions,
  before: Pick<RefinedRanges, "calibration" | "error">,
  damages: readonly GroupDamage[],
): Promise<RefinedRanges> {
  const { trials, choices, scheme, step } = options;
  const { plan } = trials.options.subject;
  let { calibration, error } = before;
  const changed = new Set<string>();
  for (const { group } of drawn(damages)) {
    const tensors = scaleTensors(plan, group);
    // Pictures keep theirs.
    tensors.delete(choices.input);
    for (const name of changed) tensors.delete(name);
    const start = calibration;
    for (const factor of tensors.size > 0 ? factors : []) {
      const candidate = wider(start, tensors, scheme, factor);
      const found = await wholeError(options, candidate, error);
      if (found.all < error.all * better) [error, calibration] = [found, candidate];
    }
    if (calibration !== start) { for (const name of tensors) changed.add(name); }
    step();
  }
  return { calibration, error, changed };
}

/** The groups for which it is done, the worst first. */
export function drawn(damages: readonly GroupDamage[]): GroupDamage[] {
  const sorted = worst(damages).slice(0, mostGroups);
  return sorted.filter(({ damage }) => damage >= sorted[0]!.damage * worthIt);
}

function wider(
  calibration: Calibration,
  names: ReadonlySet<string>,
  scheme: Scheme,
  factor: number,
): Calibration {
  return {
    ...calibration,
    tensors: calibration.tensors.map((tensor) => {
      const { min, max } = tensor[scheme];
      return names.has(tensor.name)
        ? { ...tensor, [scheme]: { min: min * factor, max: max * factor } }
        : tensor;
    }),
  };
}
