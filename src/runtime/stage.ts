import { Observable, type OperatorFunction, type Subscriber } from "rxjs";
import type { LinkPlan } from "../graph/plan.ts";
import type { Item } from "./flight.ts";
import type { Gate } from "./gate.ts";
import { Link } from "./link.ts";
import type { Meter } from "./meter.ts";

/**
 * What a stage does with a packet: works on `item.packet` and returns true (done), false (dropped,
 * and already given back) or undefined (later: it calls `done` with one of the two, or an error).
 * Throws on a fault; the item is still the stage's then.
 */
export type Work = (
  item: Item,
  done: (item: Item, result: boolean | Error) => void,
) => boolean | undefined;

/** A stage: the queue before an element, and the element. */
export interface StageOptions {
  /** How errors name it. */
  readonly name: string;
  /** Whether the native library has the frames that are at work, and surely gives them back. */
  readonly native: boolean;
  /** The queue before it. */
  readonly link: LinkPlan;
  /** Whether what follows takes another packet. */
  readonly outlet: Gate;
  /** How many packets may be at work at once. */
  readonly concurrency: () => number;
  readonly work: Work;
  readonly meter: Meter;
}

/**
 * An element as an RxJS operator with backpressure: packets wait in a bounded queue, a given number
 * is at work at once, and they leave in the order they came, when what follows takes them. Work that
 * ends within its call never waits and makes no promise.
 */
export class Stage implements Gate {
  readonly link: Link<Item>;
  readonly operator: OperatorFunction<Item, Item>;
  /** Packets at work or done and not gone yet, oldest first. */
  #begun: Item[] = [];
  #subscriber: Subscriber<Item> | undefined;
  #completed = false;
  #pumping = false;
  #again = false;
  #ended = false;
  #wasOpen = true;
  #listeners: (() => void)[] = [];
  readonly #done = (item: Item, result: boolean | Error) => this.#finish(item, result);

  constructor(readonly options: StageOptions) {
    this.link = new Link<Item>(options.link, (item, cause) => {
      options.meter.drops.add(cause);
      item.drop(cause);
    });
    options.outlet.onOpen(() => this.#pump());
    this.operator = (source) =>
      new Observable((subscriber) => {
        this.#subscriber = subscriber;
        const subscription = source.subscribe({
          next: (item) => this.#take(item),
          error: (error) => subscriber.error(error),
          complete: () => {
            this.#completed = true;
            this.#pump();
          },
        });
        return () => {
          subscription.unsubscribe();
          this.#abandon();
        };
      });
  }

  get open(): boolean {
    return !this.link.blocked;
  }

  onOpen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Packets at work. */
  get busy(): number {
    let busy = 0;
    for (const item of this.#begun) if (!item.done) busy++;
    return busy;
  }

  /** The packet that has been at work for longest, if that began before `time`. */
  overdue(time: number): Item | undefined {
    return this.#begun.find((item) => !item.done && item.started < time);
  }

  #take(item: Item): void {
    if (this.#ended) return item.drop("ended");
    this.options.meter.count++;
    // The usual way of a synchronous element: nothing waits, so nothing needs to be put down.
    if (
      !this.#pumping && this.#begun.length === 0 && this.link.depth === 0 &&
      this.options.outlet.open
    ) {
      this.#pumping = true;
      if (this.#begin(item)) this.#emit(item);
      this.#pumping = false;
      if (this.#again || this.#completed) this.#pump();
      return;
    }
    this.link.push(item);
    this.#pump();
  }

  /** Starts work; true if the item is done and goes on. */
  #begin(item: Item): boolean {
    item.started = performance.now();
    item.done = false;
    let result: boolean | undefined;
    try {
      // Before the call, since an answer may come within it.
      this.#begun.push(item);
      result = this.options.work(item, this.#done);
    } catch (error) {
      this.#begun.pop();
      item.drop("failed");
      this.#fail(error);
      return false;
    }
    if (result === undefined || item.done || this.#ended) return false;
    this.options.meter.time.add(performance.now() - item.started);
    // It is the youngest: whatever stands before it goes first.
    this.#begun.pop();
    if (!result) {
      this.options.meter.drops.add("filtered");
      return false;
    }
    return true;
  }

  #finish(item: Item, result: boolean | Error): void {
    if (this.#ended) {
      // It was with somebody who has only now let go.
      if (result !== false && !item.gone) item.drop("ended");
      return;
    }
    if (result instanceof Error) {
      this.#begun.splice(this.#begun.indexOf(item), 1);
      item.drop("failed");
      return this.#fail(result);
    }
    this.options.meter.time.add(performance.now() - item.started);
    if (!result) {
      this.options.meter.drops.add("filtered");
      this.#begun.splice(this.#begun.indexOf(item), 1);
    } else item.done = true;
    this.#pump();
  }

  #emit(item: Item): void {
    this.#subscriber!.next(item);
  }

  #pump(): void {
    if (this.#ended) return;
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    do {
      this.#again = false;
      this.#step();
    } while (this.#again && !this.#ended);
    this.#pumping = false;
    if (this.#ended) return;
    const open = this.open;
    const opened = open && !this.#wasOpen;
    this.#wasOpen = open;
    if (opened) { for (const listener of this.#listeners) listener(); }
    if (this.#completed && this.link.depth === 0 && this.#begun.length === 0) {
      this.#subscriber!.complete();
    }
  }

  /** Lets go what is done, begins what waits, until neither is possible. */
  #step(): void {
    const { outlet, concurrency } = this.options;
    while (!this.#ended) {
      if (this.#begun.length > 0 && this.#begun[0]!.done && outlet.open) {
        this.#emit(this.#begun.shift()!);
      } else if (this.link.depth > 0 && this.#begun.length < concurrency()) {
        const item = this.link.shift()!;
        if (this.#begin(item)) this.#keepDone(item);
      } else return;
    }
  }

  /** Work that ended within its call still leaves after what came before it. */
  #keepDone(item: Item): void {
    item.done = true;
    this.#begun.push(item);
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#subscriber?.error(new Error(`${this.options.name}: ${reason}`, { cause: error }));
  }

  /**
   * Gives back what waits here. What is at work natively gives itself back when it is done; a script
   * may never be.
   */
  #abandon(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (let item = this.link.shift(); item; item = this.link.shift()) item.drop("ended");
    for (const item of this.#begun) {
      if (!item.done && this.options.native) continue;
      item.gone = true;
      item.drop("ended");
    }
    this.#begun = [];
  }
}
