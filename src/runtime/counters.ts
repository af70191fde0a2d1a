/** Counts by cause. */
export class Counters {
  readonly #counts = new Map<string, number>();

  /** One more (or `by` more) of `cause`. */
  add(cause: string, by = 1): void {
    this.#counts.set(cause, (this.#counts.get(cause) ?? 0) + by);
  }

  /** All of them together. */
  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  /** A copy. */
  record(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
