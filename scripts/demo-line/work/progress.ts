const encoder = new TextEncoder();

/** Says on a terminal how far it is, and nothing where there is none. */
export class Progress {
  readonly #shown = Deno.stderr.isTerminal();
  readonly #began = performance.now();
  #drawn = -Infinity;
  #done = 0;

  /** `what` are made, `total` of them. */
  constructor(private readonly what: string, private readonly total: number) {}

  /** One more is done. */
  step(): void {
    this.#done++;
    const now = performance.now();
    if (!this.#shown || (now - this.#drawn < 200 && this.#done < this.total)) return;
    this.#drawn = now;
    const rate = this.rate();
    const left = Math.ceil((this.total - this.#done) / rate);
    this.#write(
      `\r\x1b[K${this.#done} of ${this.total} ${this.what}, ${
        rate.toFixed(1)
      } a second, ${left} s left`,
    );
  }

  /** So many a second so far. */
  rate(): number {
    return this.#done / Math.max((performance.now() - this.#began) / 1000, 1e-3);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown && this.#done) this.#write("\r\x1b[K");
  }

  #write(text: string): void {
    Deno.stderr.writeSync(encoder.encode(text));
  }
}
