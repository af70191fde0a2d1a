import type { OnnxModel } from "../../onnx/mod.ts";
import type { Calibration } from "../calibration/mod.ts";
import { targetModel } from "../targets.ts";
import { floatCosts } from "./cost.ts";
import type { GroupDamage } from "./damage.ts";
import type { Trials } from "./trials.ts";

/** How far to go. */
export interface MixLimits {
  /** Points of mean average precision that may be lost. */
  readonly maxDrop: number;
  /** Per cent more time that may be taken than in INT8. */
  readonly maxSlowdown: number;
}

/** What is searched with. */
export interface MixOptions extends MixLimits {
  /** Those that time is measured with. */
  readonly trials: Trials;
  readonly calibration: Calibration;
  /** Points that a model loses. */
  readonly loss: (model: OnnxModel) => Promise<number>;
  readonly damages: readonly GroupDamage[];
  /** Ids of groups that stay float whatever comes of it. */
  readonly keepFloat: ReadonlySet<string>;
  /** Called before each trial of a mix. */
  readonly step?: (() => void) | undefined;
}

/** A mix of INT8 and float that was measured. */
export interface Mix {
  /** Ids of the groups that were taken out of INT8, most worth it first. */
  readonly float: readonly string[];
  /** Points lost. */
  readonly loss: number;
  /** Per cent more time than with none of them; undefined where it was not measured. */
  readonly slowdown?: number;
}

/** What came of the search. */
export interface Mixed {
  /** With none taken out. */
  readonly int8: Mix;
  /** What to use. */
  readonly chosen: Mix;
  /** The least that stays within `maxDrop`, where `maxSlowdown` did not let it be chosen. */
  readonly wanted?: Mix;
}

/**
 * Takes groups out of INT8, those first whose damage is greatest for the time that they take in
 * float, until the loss is within its limit, or the time is. Each mix that decides is measured whole:
 * damages do not simply add up.
 */
export async function findMix(options: MixOptions): Promise<Mixed> {
  const { trials, maxDrop, maxSlowdown } = options;
  const search = new Search(options);
  const int8 = await search.mix(0);
  if (int8.loss <= maxDrop) return { int8, chosen: int8 };
  const wanted = await search.least();
  if (maxSlowdown === Infinity) return { int8, chosen: wanted };
  const timed = { ...wanted, slowdown: await search.slowdown(wanted.float.length) };
  if (timed.slowdown <= maxSlowdown) {
    return { int8, chosen: timed };
  }
  trials.options.signal?.throwIfAborted();
  const chosen = await search.within(wanted.float.length);
  return { int8, chosen, wanted: timed };
}

/**
 * 1, 2, 3, 4, 6, 8, 12, 16 … By doubling alone few mixes were met, and as losses of like mixes differ by
 * a tenth of a point, YOLOX-Nano went on to 35 groups in float where 6 were within the limit.
 */
function next(count: number): number {
  const isPower = Number.isInteger(Math.log2(count));
  return count === 1 ? 2 : isPower ? count * 3 / 2 : count * 4 / 3;
}

class Search {
  readonly #order: readonly string[];
  readonly #mixes = new Map<number, Mix>();

  constructor(readonly options: MixOptions) {
    const { trials: { options: { subject, size } }, damages } = options;
    const costs = floatCosts(subject, size);
    this.#order = damages.map(({ group: { id }, damage }) => ({
      id,
      // Errors of different groups are independent: their squares add up.
      worth: damage * damage / (costs.get(id) || 1),
    })).sort((a, b) => b.worth - a.worth).map(({ id }) => id);
  }

  /** The mix with the first `count` in float. */
  async mix(count: number): Promise<Mix> {
    const known = this.#mixes.get(count);
    if (known) return known;
    const { loss, step } = this.options;
    step?.();
    const mix = {
      float: this.#order.slice(0, count),
      loss: await loss(this.#model(count)),
    };
    this.#mixes.set(count, mix);
    return mix;
  }

  /** The least that is within `maxDrop`; all that there is, where none is. */
  async least(): Promise<Mix> {
    const { maxDrop } = this.options;
    const most = this.#order.length;
    let [low, high] = [0, 1];
    for (; high < most; high = Math.min(next(high), most)) {
      if ((await this.mix(high)).loss <= maxDrop) break;
      low = high;
    }
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((await this.mix(middle)).loss <= maxDrop) high = middle;
      else low = middle;
    }
    return await this.mix(high);
  }

  /** The best that is within `maxSlowdown`, of less than `most` groups. */
  async within(most: number): Promise<Mix> {
    const { maxSlowdown } = this.options;
    let [low, high] = [0, most];
    let slowdown = 0;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const slower = await this.slowdown(middle);
      if (slower <= maxSlowdown) [low, slowdown] = [middle, slower];
      else high = middle;
    }
    const best = await this.#best(low);
    const count = best.float.length;
    if (count !== low) slowdown = count === 0 ? 0 : await this.slowdown(count);
    return { ...best, slowdown };
  }

  /**
   * Of the mixes that were measured, up to `count` groups, the one that loses least: some groups do
   * harm in float too, where others' errors had made up for theirs.
   */
  async #best(count: number): Promise<Mix> {
    await this.mix(count);
    return [...this.#mixes.values()].filter(({ float }) => float.length <= count)
      .reduce((best, mix) => mix.loss < best.loss ? mix : best);
  }

  async slowdown(count: number): Promise<number> {
    const { trials, step } = this.options;
    step?.();
    const [before, after] = await trials.time([this.#model(0), this.#model(count)]);
    return Math.max(0, 100 * (after! / before! - 1));
  }

  #model(count: number) {
    const { trials, calibration, keepFloat } = this.options;
    const float = new Set([...keepFloat, ...this.#order.slice(0, count)]);
    return targetModel(trials.options.subject, calibration, "openvino", float);
  }
}
