import { MaskedText } from "./placeholders.ts";
import type { Node } from "./node.ts";
import { Places } from "./places.ts";
import { readFlow, scalarOf } from "./plain.ts";
import type { Position } from "./plan.ts";
import type { Report } from "./report.ts";

/** A word of a launch line. */
export interface Word {
  /** Without quotes and backslashes; of `key=value` what stands before the first `=`. */
  readonly text: string;
  readonly at: Position;
  /** What follows the first unquoted `=`; undefined where there is none. */
  readonly value?: Node;
  /** Nothing in it was quoted, so `!` and `id.` have their meaning. */
  readonly bare: boolean;
}

/**
 * Splits a launch line as a shell would: blanks separate; `"…"`, `'…'` and backslashes keep
 * together. A value that begins with a bracket is YAML up to the one that closes it.
 */
export class LaunchWords {
  readonly #masked: MaskedText;
  readonly #text: string;
  readonly #places: Places;
  #offset = 0;

  constructor(
    readonly line: string,
    file: string,
    readonly report: Report,
  ) {
    this.#masked = new MaskedText(line);
    this.#text = this.#masked.text;
    this.#places = new Places(line, file);
  }

  /** The end of the line, where something is missing. */
  get end(): Position {
    return this.#places.at(this.line.trimEnd().length);
  }

  read(): Word[] {
    const words: Word[] = [];
    while (true) {
      while (/\s/.test(this.#text[this.#offset] ?? "")) this.#offset++;
      if (this.#offset >= this.#text.length) return words;
      words.push(this.#word());
    }
  }

  #word(): Word {
    const at = this.#places.at(this.#offset);
    const key = this.#piece(true);
    const text = this.#masked.restore(key.text);
    if (this.#text[this.#offset] !== "=") return { text, at, bare: !key.quoted };
    this.#offset++;
    return { text, at, value: this.#value(), bare: !key.quoted };
  }

  #value(): Node {
    const start = this.#offset;
    const at = this.#places.at(start);
    const first = this.#text[start];
    if (first === "[" || first === "{") return this.#flow(start, at);
    const { text: piece, quoted } = this.#piece(false);
    return scalarOf(this.#masked.split(piece), 0, this.#places, !quoted, start);
  }

  /** Text up to a blank (or an `=`), quotes and backslashes resolved. */
  #piece(stopAtEquals: boolean): { text: string; quoted: boolean } {
    let text = "";
    let quoted = false;
    while (this.#offset < this.#text.length) {
      const start = this.#offset;
      const char = this.#text[start]!;
      if (/\s/.test(char) || (stopAtEquals && char === "=")) break;
      this.#offset++;
      if (char === "\\") {
        quoted = true;
        text += this.#text[this.#offset++] ?? "";
      } else if (char === '"' || char === "'") {
        quoted = true;
        text += this.#quoted(char, start);
      } else text += char;
    }
    return { text, quoted };
  }

  #quoted(quote: string, start: number): string {
    let text = "";
    while (this.#offset < this.#text.length) {
      const char = this.#text[this.#offset++]!;
      if (char === quote) return text;
      const next = this.#text[this.#offset];
      if (char === "\\" && quote === '"' && (next === '"' || next === "\\")) {
        text += next;
        this.#offset++;
      } else text += char;
    }
    this.report.error(this.#places.at(start), `this ${quote} is never closed`);
    return text;
  }

  #flow(start: number, at: Position): Node {
    let depth = 0;
    let quote = "";
    for (; this.#offset < this.#text.length; this.#offset++) {
      const char = this.#text[this.#offset]!;
      if (quote !== "") {
        if (char === quote) quote = "";
      } else if (char === '"' || char === "'") quote = char;
      else if (char === "[" || char === "{") depth++;
      else if ((char === "]" || char === "}") && --depth === 0) break;
    }
    const broken: Node = { kind: "scalar", value: null, text: "", plain: true, at, broken: true };
    if (this.#offset >= this.#text.length) {
      this.report.error(at, `this ${this.#text[start]} is never closed`);
      return broken;
    }
    this.#offset++;
    return readFlow(this.#places, start, this.#offset, this.report) ?? broken;
  }
}
