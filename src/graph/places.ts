import type { Position } from "./plan.ts";

/** Offsets of a text as lines and columns. */
export class Places {
  readonly #starts = [0];

  constructor(readonly text: string, readonly file: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      this.#starts.push(at + 1);
    }
  }

  /** Where an offset is; one beyond the text is at its end. */
  at(offset: number): Position {
    const inside = Math.min(Math.max(0, offset), this.text.length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle]! <= inside) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: inside - this.#starts[low]! + 1 };
  }
}
