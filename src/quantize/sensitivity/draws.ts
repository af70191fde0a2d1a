import type { Calibration, Scheme } from "../calibration/mod.ts";
import type { GroupDamage } from "./damage.ts";
import {
  better,
  measuredAnew,
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
 * @param refined Ranges, and the damage done with them.
 */
export async function drawRanges(
  options: RangeOptions & { readonly most: number },
  refined: RefinedRanges,
): Promise<RefinedRanges> {
  const { trials, choices, scheme, step } = options;
  const { plan } = trials.options.subject;
  let { calibration } = refined;
  let error = await wholeError(options, calibration);
  const widened = new Set<string>();
  for (const { group } of drawn(refined.damages)) {
    const tensors = scaleTensors(plan, group);
    // Pictures keep theirs.
    tensors.delete(choices.input);
    for (const name of widened) tensors.delete(name);
    const before = calibration;
    for (const factor of tensors.size > 0 ? factors : []) {
      const candidate = wider(before, tensors, scheme, factor);
      const found = await wholeError(options, candidate);
      if (found < error * better) [error, calibration] = [found, candidate];
    }
    if (calibration !== before) { for (const name of tensors) widened.add(name); }
    step();
  }
  const damages = await measuredAnew(options, calibration, refined.damages, widened);
  return { calibration, damages };
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
