/** How far a calibration has come. */
export interface Progress {
  /** Pictures that are done, over all sizes. */
  readonly done: number;
  /** Pictures in all. */
  readonly total: number;
  /** 0 until the first is done. */
  readonly imagesPerSecond: number;
  /** null until that can be told. */
  readonly secondsLeft: number | null;
}

/** Tells how far it is, given how many are done. */
export class ProgressMeter {
  readonly #began = performance.now();
  #done = 0;

  constructor(readonly total: number, readonly report: (progress: Progress) => void) {}

  /** One more. */
  step(): void {
    this.#done++;
    const seconds = (performance.now() - this.#began) / 1000;
    const rate = seconds > 0 ? this.#done / seconds : 0;
    this.report({
      done: this.#done,
      total: this.total,
      imagesPerSecond: rate,
      secondsLeft: rate > 0 ? (this.total - this.#done) / rate : null,
    });
  }
}
