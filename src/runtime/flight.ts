import type { Packet } from "./packet.ts";

/** Told of each source packet once nothing of it is under way any more. */
export interface Ledger {
  /** `cause` is why it reached no end; undefined if it reached one. */
  landed(flight: Flight, cause: string | undefined): void;
}

/**
 * One frame of a source and all that became of it on the branches: its credit goes back to the
 * source when the last branch has let go.
 */
export class Flight {
  #branches = 1;
  #arrived = false;
  #cause: string | undefined;

  constructor(readonly ledger: Ledger, readonly captured: number) {}

  /** `more` branches take part. */
  split(more: number): void {
    this.#branches += more;
  }

  /** A branch came to its end. */
  arrive(): void {
    this.#arrived = true;
    this.#leave();
  }

  /** A branch dropped it. */
  drop(cause: string): void {
    this.#cause = cause;
    this.#leave();
  }

  #leave(): void {
    if (--this.#branches === 0) {
      this.ledger.landed(this, this.#arrived ? undefined : this.#cause);
    }
  }
}

/** A packet on one branch, with one reference to its frame. */
export class Item {
  /** When an element began with it: milliseconds of `performance.now()`. */
  started = 0;
  /** Whether the element is done with it. */
  done = false;
  /** Whether it was given back while an element was still at it. */
  gone = false;

  constructor(public packet: Packet, readonly flight: Flight) {}

  /** The same packet for another branch. */
  copy(): Item {
    this.packet.frame.retain();
    return new Item(this.packet, this.flight);
  }

  /** Gives its frame back: this branch came to its end. */
  arrive(): void {
    this.packet.frame.release();
    this.flight.arrive();
  }

  /** Gives its frame back: this branch does not go on with it. */
  drop(cause: string): void {
    this.packet.frame.release();
    this.flight.drop(cause);
  }
}
