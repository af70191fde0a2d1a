import type { Percentiles } from "./report.ts";

/** Buckets an octave: a percentile is right within 4.5 %. */
const perOctave = 16;
/** Milliseconds of the first bucket's upper end. */
const smallest = 1 / 1024;
const octaves = 28;

/** Times in buckets that grow by a fixed ratio: constant memory over months, percentiles any time. */
export class Histogram {
  readonly #buckets = new Float64Array(perOctave * octaves + 1);
  #count = 0;

  /** How many times were added. */
  get count(): number {
    return this.#count;
  }

  /** Adds a time. */
  add(milliseconds: number): void {
    this.#count++;
    const place = milliseconds <= smallest
      ? 0
      : Math.ceil(Math.log2(milliseconds / smallest) * perOctave);
    const last = this.#buckets.length - 1;
    // NaN fails both comparisons and must not create a property.
    this.#buckets[place < last ? place : last]!++;
  }

  /** The time that a share of all (0 to 1) did not exceed, in milliseconds; 0 if there is none. */
  percentile(share: number): number {
    const rank = share * this.#count;
    let seen = 0;
    for (let place = 0; place < this.#buckets.length; place++) {
      seen += this.#buckets[place]!;
      // The middle of the bucket, in ratio.
      if (seen >= rank && seen > 0) return smallest * 2 ** ((place - 0.5) / perOctave);
    }
    return 0;
  }

  /** What reports show, rounded to microseconds; undefined before the first. */
  percentiles(): Percentiles | undefined {
    if (this.#count === 0) return undefined;
    const at = (share: number) => Math.round(this.percentile(share) * 1000) / 1000;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
