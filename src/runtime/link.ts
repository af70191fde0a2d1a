import type { LinkPlan } from "../graph/plan.ts";

/** A bounded queue that says what a full one does with the next packet. */
export class Link<T> {
  /** Most that ever waited. */
  peak = 0;
  readonly size: number;
  readonly #items: (T | undefined)[];
  #first = 0;
  #count = 0;

  /** `onDrop` is called with each packet that the policy gives up, and why. */
  constructor(readonly plan: LinkPlan, readonly onDrop: (item: T, cause: string) => void) {
    this.size = plan.policy === "latest" ? 1 : plan.size;
    this.#items = new Array(this.size);
  }

  /** How many wait. */
  get depth(): number {
    return this.#count;
  }

  /** Whether a push would wait for room, so that the producer must. Never with a dropping policy. */
  get blocked(): boolean {
    return this.plan.policy === "block" && this.#count === this.size;
  }

  /**
   * Adds a packet, or drops one.
   *
   * @throws {Error} the policy is `block` and the queue is full: the producer ignored `blocked`.
   */
  push(item: T): void {
    if (this.#count === this.size) {
      const { policy } = this.plan;
      if (policy === "block") throw new Error("a packet was pushed into a full queue");
      if (policy === "drop-newest") return this.onDrop(item, policy);
      this.onDrop(this.shift()!, policy);
    }
    this.#items[(this.#first + this.#count) % this.size] = item;
    if (++this.#count > this.peak) this.peak = this.#count;
  }

  /** Takes the oldest. */
  shift(): T | undefined {
    if (this.#count === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.size;
    this.#count--;
    return item;
  }
}
