import type { Calibration, Scheme } from "../calibration/mod.ts";
import { inParallel } from "../calibration/parallel.ts";
import type { QuantGroup } from "../graph/mod.ts";
import { activeGroups, measuredModel } from "../targets.ts";
import { atOnce, type ErrorTrials, type Share } from "./trials.ts";

/** A group, and what it does to the output when it alone is in INT8. */
export interface GroupDamage {
  readonly group: QuantGroup;
  /** See `outputError`: per cent. */
  readonly damage: number;
}

/** What the damage is measured with. */
export interface DamageOptions {
  readonly trials: ErrorTrials;
  /** Whose groups, and in which form. */
  readonly scheme: Scheme;
  readonly calibration: Calibration;
  /** Pictures, taken evenly. */
  readonly most: number;
  /** Called after each group. */
  readonly step: () => void;
}

/** The groups that can be in INT8 in a scheme's form, but for those that are kept float. */
export function candidates(
  { trials, scheme }: Pick<DamageOptions, "trials" | "scheme">,
  keepFloat: ReadonlySet<string>,
): QuantGroup[] {
  const target = scheme === "asymmetric" ? "openvino" : "tensorrt";
  return activeGroups(trials.options.subject, target, keepFloat);
}

/** Puts one group after the other into INT8, all others float. */
export async function damageByGroup(
  options: DamageOptions,
  groups: readonly QuantGroup[],
): Promise<GroupDamage[]> {
  const found: GroupDamage[] = [];
  await inParallel(groups, atOnce, async (group, index) => {
    found[index] = { group, damage: await aloneDamage(options, options.calibration, group) };
    options.step();
  }, options.trials.options.signal);
  return found;
}

/** What one group alone in INT8 does to the output. */
export async function aloneDamage(
  { trials, scheme, most }: Pick<DamageOptions, "trials" | "scheme" | "most">,
  calibration: Calibration,
  { id }: QuantGroup,
  share?: Share,
): Promise<number> {
  const { subject } = trials.options;
  const others = new Set(subject.plan.groups.map((one) => one.id).filter((one) => one !== id));
  const model = measuredModel(subject, calibration, scheme, others);
  return (await trials.error(model, most, undefined, share)).all;
}
