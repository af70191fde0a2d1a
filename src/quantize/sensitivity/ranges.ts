import type { Calibration, Method, Scheme } from "../calibration/mod.ts";
import { inParallel } from "../calibration/parallel.ts";
import type { QuantGroup, QuantizationPlan } from "../graph/mod.ts";
import { measuredModel } from "../targets.ts";
import { damageByGroup, type DamageOptions, type GroupDamage } from "./damage.ts";
import { candidateMethods, type RangeChoices } from "./methods.ts";
import { atOnce, type ErrorTrials, type TrialError } from "./trials.ts";

/**
 * Pictures on which whole models are compared by their output error. Half as many are little sooner, as
 * what is hopeless is run on a quarter of them alone, and were too few where scenes differ: in
 * TensorRT's form YOLOX-Nano of COCO came out with an estimated loss of 1.39 points in place of 0.91.
 */
const mostForModels = 32;
/** Groups whose ranges are looked at one by one: the others do next to nothing. */
const mostRefined = 16;
/** The error must become less than this share of what it was: less may be chance. */
export const better = 0.985;
/**
 * What is so many times as far off on the first pictures is not run on the others. Of 16 that were from
 * 0.995 to 1.005 times as far off, in two runs, none came out below `better` on all.
 */
const hopeless = 0.995;

/** What ranges are chosen with. */
export interface RangeOptions {
  readonly trials: ErrorTrials;
  /** Which ranges. */
  readonly scheme: Scheme;
  readonly choices: RangeChoices;
  /** Ids of groups that stay float whatever comes of it. */
  readonly keepFloat: ReadonlySet<string>;
  /** Called after each method, or each group. */
  readonly step: () => void;
}

/** A method for all tensors alike, and how far the whole model is from the float one with it. */
export interface MethodError {
  readonly method: Method;
  readonly error: TrialError;
}

/** The one method for all tensors alike whose INT8 model is nearest to the float one. */
export async function bestMethod(options: RangeOptions): Promise<MethodError> {
  let best: MethodError | undefined;
  for (let at = 0; at < candidateMethods.length; at += atOnce) {
    const methods = candidateMethods.slice(at, at + atOnce);
    const calibrations = methods.map((method) => options.choices.with(() => method));
    const errors = await wholeErrors(options, calibrations, best?.error);
    for (const [i, method] of methods.entries()) {
      const error = errors[i]!;
      if (!best || error.all < best.error.all) best = { method, error };
      options.step();
    }
  }
  return best!;
}

/** Ranges, and how far the whole model is from the float one with them. */
export interface RefinedRanges {
  readonly calibration: Calibration;
  readonly error: TrialError;
  /** Tensors whose ranges are others than before. */
  readonly changed: ReadonlySet<string>;
}

/**
 * Chooses another method for the tensors of groups that do harm, the worst first, where the whole model
 * is nearer to the float one with it; the next wider one and the next narrower one are tried, and where
 * one is better, those beyond it. Groups can't be judged alone here: what one of them cuts off, those
 * behind it do not see, and ranges that were best for each alone gave a whole that was twice as far off.
 * Tensors that may share a scale have the same method, and keep it once it is chosen.
 */
export async function refineRanges(
  options: RangeOptions,
  { method: base, error: start }: MethodError,
  damages: readonly GroupDamage[],
): Promise<RefinedRanges> {
  const { trials, choices, step } = options;
  const { plan } = trials.options.subject;
  const chosen = new Map<string, Method>();
  let calibration = choices.with(() => base);
  const changed = new Set<string>();
  let error = start;
  for (const { group } of worst(damages)) {
    const tensors = scaleTensors(plan, group);
    for (const name of chosen.keys()) tensors.delete(name);
    const ladder = choices.ladder(tensors, base);
    const from = ladder.indexOf(base);
    const candidate = (method: Method) =>
      choices.with((name) => chosen.get(name) ?? (tensors.has(name) ? method : base));
    let method = base;
    let next = [from + 1, from - 1].filter((at) => at in ladder);
    while (next.length > 0) {
      const candidates = next.map((at) => candidate(ladder[at]!));
      const best = await nearer(options, candidates, error);
      if (!best) break;
      ({ calibration, error } = best);
      const at = next[candidates.indexOf(calibration)]!;
      method = ladder[at]!;
      next = [at + Math.sign(at - from)].filter((at) => at in ladder);
    }
    for (const name of tensors) {
      chosen.set(name, method);
      if (method !== base) changed.add(name);
    }
    step();
  }
  return { calibration, error, changed };
}

/** Damages, measured anew for groups that read a tensor whose range changed. */
export async function measuredAnew(
  options: Pick<DamageOptions, "trials" | "scheme" | "most">,
  damages: readonly GroupDamage[],
  { calibration, changed }: RefinedRanges,
): Promise<GroupDamage[]> {
  const { plan } = options.trials.options.subject;
  const again = damages.map(({ group }) => group)
    .filter((group) => [...scaleTensors(plan, group)].some((name) => changed.has(name)));
  const found = await damageByGroup({ ...options, calibration, step: () => {} }, again);
  return damages.map((known) => found.find(({ group }) => group === known.group) ?? known);
}

/** Those that are looked at one by one, the worst first. */
export function worst(damages: readonly GroupDamage[]): GroupDamage[] {
  return damages.toSorted((a, b) => b.damage - a.damage).slice(0, mostRefined);
}

/** Tensors that may share the scale that a group reads in: what it reads, and what that is made of. */
export function scaleTensors({ joins }: QuantizationPlan, { reads }: QuantGroup): Set<string> {
  const tensors = new Set(reads);
  // Joins are in the graph's order, so that from behind each is met before those that feed it.
  for (const { node, tensors: met } of joins.toReversed()) {
    // Any of a Split's outputs, of which the node's name is the first.
    const made = met.slice(met.indexOf(node));
    if (made.some((name) => tensors.has(name))) { for (const name of met) tensors.add(name); }
  }
  return tensors;
}

/** The one of these with which the whole model is nearest to the float one, if that is worth it. */
export async function nearer(
  options: RangeOptions,
  calibrations: readonly Calibration[],
  error: TrialError,
): Promise<Omit<RefinedRanges, "changed"> | undefined> {
  const errors = await wholeErrors(options, calibrations, error);
  const least = Math.min(...errors.map(({ all }) => all));
  if (!(least < error.all * better)) return undefined;
  const at = errors.findIndex(({ all }) => all === least);
  return { calibration: calibrations[at]!, error: errors[at]! };
}

/**
 * How far the whole model is from the float one with each of these.
 *
 * @param rival What they must be better than: what is clearly not is not run on all pictures.
 */
export async function wholeErrors(
  { trials, scheme, keepFloat }: RangeOptions,
  calibrations: readonly Calibration[],
  rival?: TrialError,
): Promise<TrialError[]> {
  const { subject, signal } = trials.options;
  const errors: TrialError[] = [];
  await inParallel(calibrations, atOnce, async (calibration, i) => {
    errors[i] = await trials.error(
      measuredModel(subject, calibration, scheme, keepFloat),
      mostForModels,
      (first) => !rival || first <= rival.first * hopeless,
      // One of two is often ended after its first pictures, and the other goes on alone.
      "all",
    );
  }, signal);
  return errors;
}
