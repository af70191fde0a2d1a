import type { Crossing, Totals } from "./counted.ts";

/** Sums of what was counted. */
export class Tally {
  #totals: Totals = { seen: 0, good: 0, rejected: 0, classes: {}, defects: {} };

  /** As they are now; what is returned never changes. */
  get totals(): Totals {
    return this.#totals;
  }

  add(crossing: Crossing): void {
    const { seen, good, rejected, classes, defects } = this.#totals;
    const bad = crossing.verdict === "rejected" ? 1 : 0;
    this.#totals = {
      seen: seen + 1,
      good: good + 1 - bad,
      rejected: rejected + bad,
      classes: more(classes, crossing.class),
      defects: crossing.defect === undefined ? defects : more(defects, crossing.defect),
    };
  }
}

function more(counts: Readonly<Record<string, number>>, name: string): Record<string, number> {
  // Names come from a model's file: one may be `__proto__`.
  return Object.fromEntries([
    ...Object.entries(counts).filter(([other]) => other !== name),
    [name, (Object.hasOwn(counts, name) ? counts[name]! : 0) + 1],
  ]);
}
