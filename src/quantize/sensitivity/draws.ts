import type { Calibration, Scheme } from "../calibration/mod.ts";
import { inParallel } from "../calibration/parallel.ts";
import type { QuantGroup } from "../graph/mod.ts";
import { aloneDamage, type GroupDamage } from "./damage.ts";
import {
  better,
  nearer,
  type RangeOptions,
  type RefinedRanges,
  scaleTensors,
  worst,
} from "./ranges.ts";
import { atOnce, type Share } from "./trials.ts";

/** Groups for which it is done, at most. */
const mostGroups = 4;
/** Of the greatest damage: groups that do less are left alone. */
const worthIt = 1 / 8;
/**
 * From 5 % narrower to 15 % wider. A step moves the greatest value by more than two integers, of 255 or
 * of 127.
 */
const factors: Readonly<Record<Scheme, readonly number[]>> = {
  asymmetric: Array.from({ length: 21 }, (_, i) => 0.95 + i / 100),
  symmetric: Array.from({ length: 11 }, (_, i) => 0.95 + i / 50),
};
/** Of them, those with which a group alone does least harm are tried in the whole model. */
const mostTried = 3;
/** Pictures that a group alone is looked at on: the rounding is the same on all. */
const mostAlone = 4;

/**
 * Makes the ranges of what the groups read that do most harm narrower or wider by a few per cent,
 * where the group alone does less harm with that, and the whole model is nearer to the float one.
 * Where pixels are alike (boards of two colours, say), what a scale rounds them by is the same in all
 * of them and adds up, so that it is a matter of luck: each scale draws another lot, on other pictures
 * of the kind as on these. Groups are looked at alone, because in the whole model errors of several
 * make up for each other, which holds on fewer pictures.
 *
 * @param damages The damage that groups do with the ranges before.
 */
export async function drawRanges(
  options: RangeOptions,
  before: Pick<RefinedRanges, "calibration" | "error">,
  damages: readonly GroupDamage[],
): Promise<RefinedRanges> {
  const { trials, choices, step } = options;
  const { plan } = trials.options.subject;
  let { calibration, error } = before;
  const changed = new Set<string>();
  for (const { group } of drawn(damages)) {
    const tensors = scaleTensors(plan, group);
    // Pictures keep theirs.
    tensors.delete(choices.input);
    for (const name of changed) tensors.delete(name);
    const candidates = await draw(options, calibration, group, tensors);
    const best = await nearer(options, candidates, error);
    if (best) {
      ({ calibration, error } = best);
      for (const name of tensors) changed.add(name);
    }
    step();
  }
  return { calibration, error, changed };
}

/** Calibrations with which the group alone does less harm than before, the best first. */
async function draw(
  { trials, scheme }: RangeOptions,
  start: Calibration,
  group: QuantGroup,
  tensors: ReadonlySet<string>,
): Promise<Calibration[]> {
  if (tensors.size === 0) return [];
  const harm = (calibration: Calibration, share?: Share) =>
    aloneDamage({ trials, scheme, most: mostAlone }, calibration, group, share);
  const now = await harm(start, "all");
  const found: { candidate: Calibration; damage: number }[] = [];
  await inParallel(factors[scheme], atOnce, async (factor, i) => {
    const candidate = scaled(start, tensors, scheme, factor);
    found[i] = { candidate, damage: await harm(candidate) };
  }, trials.options.signal);
  return found.filter(({ damage }) => damage < now * better)
    .sort((a, b) => a.damage - b.damage)
    .slice(0, mostTried).map(({ candidate }) => candidate);
}

/** The groups for which it is done, the worst first. */
export function drawn(damages: readonly GroupDamage[]): GroupDamage[] {
  const sorted = worst(damages).slice(0, mostGroups);
  return sorted.filter(({ damage }) => damage >= sorted[0]!.damage * worthIt);
}

function scaled(
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
