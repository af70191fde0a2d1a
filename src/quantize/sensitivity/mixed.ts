import { inParallel } from "../calibration/parallel.ts";
import type { GroupDamage } from "./damage.ts";
import { atOnce, type Share } from "./trials.ts";

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
  /** About how much longer each takes in float; only the proportions mean something. */
  readonly costs: ReadonlyMap<string, number>;
  /** Points that are lost with these in float. */
  readonly loss: (float: readonly string[], share: Share) => Promise<number>;
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
  /** One that stays within `maxDrop`, where `maxSlowdown` did not let it be chosen. */
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
  const [low, high] = await search.reach();
  if (maxSlowdown === Infinity) return { int8, chosen: await search.least(low, high) };
  const slowdown = await search.slowdown(high);
  const most = slowdown <= maxSlowdown ? high : await search.affordable(high);
  signal?.throwIfAborted();
  const chosen = await search.timed(
    // Between two steps there may be one that does.
    most > low && (await search.mix(most)).loss <= maxDrop
      ? await search.least(low, most)
      : await search.best(most),
  );
  const within = chosen.loss <= maxDrop || most === high;
  return { int8, chosen, ...(!within && { wanted: { ...await search.mix(high), slowdown } }) };
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

/** Times that are measured, at most, to find out how many groups are affordable. */
const mostTimed = 3;

class Search {
  readonly #mixes = new Map<number, Mix>();
  readonly #slowdowns = new Map<number, number>([[0, 0]]);
  readonly #most: number;

  constructor(readonly options: MixOptions) {
    this.#most = options.order.length;
  }

  /** The mix with the first `count` in float. */
  async mix(count: number): Promise<Mix> {
    return (await this.#measured([count]))[0]!;
  }

  /**
   * The first of the mixes 1, 2, 3, 4, 6 … that is within `maxDrop`, behind the one before it; the last
   * two, where none is.
   */
  async reach(): Promise<[low: number, high: number]> {
    const steps = [0];
    for (let count = 1; count < this.#most; count = next(count)) steps.push(count);
    steps.push(this.#most);
    for (let at = 1; at < steps.length; at += atOnce) {
      const counts = steps.slice(at, at + atOnce);
      const reached = this.#firstWithin(await this.#measured(counts));
      if (reached >= 0) return [steps[at + reached - 1]!, counts[reached]!];
    }
    return [steps.at(-2)!, this.#most];
  }

  /** The least of those behind `low`, of which `high` is within `maxDrop`; the best, where it is not. */
  async least(low: number, high: number): Promise<Mix> {
    while (high - low > 1) {
      const parts = Math.min(atOnce + 1, high - low);
      const counts = Array.from(
        { length: parts - 1 },
        (_, i) => low + Math.floor((i + 1) * (high - low) / parts),
      );
      const reached = this.#firstWithin(await this.#measured(counts));
      [low, high] = reached < 0
        ? [counts.at(-1)!, high]
        : [counts[reached - 1] ?? low, counts[reached]!];
    }
    return await this.best(high);
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

  /**
   * How many of less than `over` groups stay within `maxSlowdown`: about as many as there could be, for a
   * machine's times differ from one to the next.
   */
  async affordable(over: number): Promise<number> {
    const { order, costs, maxSlowdown } = this.options;
    let sum = 0;
    const sums = [0, ...order.map((id) => sum += costs.get(id) ?? 0)];
    let [low, last] = [0, over];
    for (let times = 0; times < mostTimed && over - low > 1; times++) {
      const share = await this.slowdown(last) / (sums[last] || 1);
      const beyond = sums.findIndex((sum) => sum * share > maxSlowdown);
      last = Math.min(beyond < 0 ? over : beyond, over) - 1;
      if (last <= low) break;
      if (await this.slowdown(last) <= maxSlowdown) low = last;
      else over = last;
    }
    return low;
  }

  /** A mix with the time that it takes: no longer than one with more groups in float took. */
  async timed(mix: Mix): Promise<Mix> {
    const { length } = mix.float;
    await this.slowdown(length);
    const times = [...this.#slowdowns].filter(([count]) => count >= length).map(([, time]) => time);
    return { ...mix, slowdown: Math.min(...times) };
  }

  /** Per cent more time with the first `count` in float. */
  async slowdown(count: number): Promise<number> {
    const known = this.#slowdowns.get(count);
    if (known !== undefined) return known;
    const { slowdown, step } = this.options;
    step?.();
    const found = await slowdown(this.#first(count));
    this.#slowdowns.set(count, found);
    return found;
  }

  async #measured(counts: readonly number[]): Promise<Mix[]> {
    const { loss, signal, step } = this.options;
    const unknown = counts.filter((count) => !this.#mixes.has(count));
    const share = unknown.length > 1 ? "half" : "all";
    await inParallel(unknown, atOnce, async (count) => {
      step?.();
      const float = this.#first(count);
      this.#mixes.set(count, { float, loss: await loss(float, share) });
    }, signal);
    return counts.map((count) => this.#mixes.get(count)!);
  }

  /** -1, if there is none. */
  #firstWithin(mixes: readonly Mix[]): number {
    return mixes.findIndex(({ loss }) => loss <= this.options.maxDrop);
  }

  #first(count: number): readonly string[] {
    return this.options.order.slice(0, count);
  }
}
