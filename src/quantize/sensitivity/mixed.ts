import type { GroupDamage } from "./damage.ts";

/** How far to go. */
export interface MixLimits {
  /** Points of mean average precision that may be lost. */
  readonly maxDrop: number;
  /** Per cent more time that may be taken than in INT8. */
  readonly maxSlowdown: number;
}

/** What is searched with. */
export interface MixOptions extends MixLimits {
  /** Ids of groups that may be taken out of INT8, most worth it first, see `mixOrder`. */
  readonly order: readonly string[];
  /** Points that are lost with these in float. */
  readonly loss: (float: readonly string[]) => Promise<number>;
  /** Per cent more time that it takes with these in float. */
  readonly slowdown: (float: readonly string[]) => Promise<number>;
  readonly signal?: AbortSignal | undefined;
  /** Called before each trial of a mix. */
  readonly step?: (() => void) | undefined;
}

/** A mix of INT8 and float that was measured. */
export interface Mix {
  /** Ids of the groups that were taken out of INT8, most worth it first. */
  readonly float: readonly string[];
  /** Points lost. */
  readonly loss: number;
  /** Per cent more time than with none of them; undefined where it was not asked for. */
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
 * Takes groups out of INT8, in their order, until the loss is within its limit, or the time is. Each mix
 * that decides is measured whole: damages do not simply add up.
 */
export async function findMix(options: MixOptions): Promise<Mixed> {
  const { maxDrop, maxSlowdown, signal } = options;
  const search = new Search(options);
  const int8 = await search.mix(0);
  if (int8.loss <= maxDrop || options.order.length === 0) return { int8, chosen: int8 };
  const wanted = await search.least();
  const most = wanted.float.length;
  if (maxSlowdown === Infinity) return { int8, chosen: await search.best(most) };
  const slowdown = await search.slowdown(most);
  if (slowdown <= maxSlowdown) return { int8, chosen: await search.timed(most, slowdown) };
  signal?.throwIfAborted();
  return { int8, chosen: await search.within(most), wanted: { ...wanted, slowdown } };
}

/**
 * The ids of groups, those first whose damage is greatest for the time that they take in float.
 *
 * @param costs By id, see `floatCosts`.
 */
export function mixOrder(
  damages: readonly GroupDamage[],
  costs: ReadonlyMap<string, number>,
): string[] {
  return damages.map(({ group: { id }, damage }) => ({
    id,
    // Errors of different groups are independent: their squares add up.
    worth: damage * damage / (costs.get(id) || 1),
  })).sort((a, b) => b.worth - a.worth).map(({ id }) => id);
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
  readonly #mixes = new Map<number, Mix>();

  constructor(readonly options: MixOptions) {}

  /** The mix with the first `count` in float. */
  async mix(count: number): Promise<Mix> {
    const known = this.#mixes.get(count);
    if (known) return known;
    const { loss, step } = this.options;
    step?.();
    const float = this.#first(count);
    const mix = { float, loss: await loss(float) };
    this.#mixes.set(count, mix);
    return mix;
  }

  /** The least that is within `maxDrop`; all that there is, where none is. */
  async least(): Promise<Mix> {
    const { maxDrop } = this.options;
    const most = this.options.order.length;
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
    return await this.timed(low, slowdown);
  }

  /**
   * The best of up to `count` groups, with the time that it takes.
   *
   * @param slowdown With the first `count` of them.
   */
  async timed(count: number, slowdown: number): Promise<Mix> {
    const best = await this.best(count);
    const { length } = best.float;
    if (length === count) return { ...best, slowdown };
    return { ...best, slowdown: length === 0 ? 0 : await this.slowdown(length) };
  }

  /**
   * Of the mixes that were measured, up to `count` groups, the one that loses least: some groups do
   * harm in float too, where others' errors had made up for theirs. Where one is within `maxDrop`, it
   * is that of `least`.
   */
  async best(count: number): Promise<Mix> {
    await this.mix(count);
    return [...this.#mixes.values()].filter(({ float }) => float.length <= count)
      .reduce((best, mix) => mix.loss < best.loss ? mix : best);
  }

  /** Per cent more time with the first `count` in float. */
  async slowdown(count: number): Promise<number> {
    const { slowdown, step } = this.options;
    step?.();
    return await slowdown(this.#first(count));
  }

  #first(count: number): readonly string[] {
    return this.options.order.slice(0, count);
  }
}
