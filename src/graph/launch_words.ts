import { MaskedText } from "./placeholders.ts";
import type { Node, Placeholder } from "./node.ts";
import type { Position } from "./plan.ts";
import { readDocument } from "./document.ts";
import type { Report } from "./report.ts";
import { resolvePlain } from "./scalar.ts";

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
  readonly #lineStarts: number[] = [0];
  #offset = 0;

  constructor(
    readonly line: string,
    readonly file: string,
    readonly report: Report,
  ) {
    this.#masked = new MaskedText(line);
    this.#text = this.#masked.text;
    for (let at = line.indexOf("\n"); at >= 0; at = line.indexOf("\n", at + 1)) {
      this.#lineStarts.push(at + 1);
    }
  }

  /** Where an offset is. */
  at(offset: number): Position {
    let line = this.#lineStarts.length;
    while (this.#lineStarts[line - 1]! > offset) line--;
    return { file: this.file, line, column: offset - this.#lineStarts[line - 1]! + 1 };
  }

  /** The end of the line, where something is missing. */
  get end(): Position {
    return this.at(this.line.trimEnd().length);
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
    const at = this.at(this.#offset);
    const key = this.#piece(true);
    const text = this.#masked.restore(key.text);
    if (this.#text[this.#offset] !== "=") return { text, at, bare: !key.quoted };
    this.#offset++;
    return { text, at, value: this.#value(), bare: !key.quoted };
  }

  #value(): Node {
    const start = this.#offset;
    const at = this.at(start);
    const first = this.#text[start];
    if (first === "[" || first === "{") return this.#flow(start, at);
    const { text: piece, quoted } = this.#piece(false);
    const parts = this.#masked.split(piece);
    const text = this.#masked.restore(piece);
    if (parts.every((part) => typeof part === "string")) {
      const value = quoted ? text : resolvePlain(text);
      return { kind: "scalar", value, text, plain: !quoted, at };
    }
    const template = parts.map((part): string | Placeholder =>
      typeof part === "string" ? part : { raw: part.raw, at: this.at(part.offset) }
    );
    return { kind: "scalar", value: text, text, plain: !quoted, at, template };
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
    this.report.error(this.at(start), `this ${quote} is never closed`);
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
    // Blanks in place of what stands before keep the positions.
    const blank = this.line.slice(0, start).replace(/[^\n]/g, " ");
    const value = this.line.slice(start, this.#offset);
    return readDocument(blank + value, this.file, this.report) ?? broken;
  }
}
