import { Counters } from "./counters.ts";
import { Histogram } from "./histogram.ts";

/** What is counted of an element at work for one camera. */
export class Meter {
  /** Packets it was given. */
  count = 0;
  /** Milliseconds a packet. */
  readonly time = new Histogram();
  /** By cause. */
  readonly drops = new Counters();
}
