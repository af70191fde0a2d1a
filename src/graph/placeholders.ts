/** A `${…}` found in a text, where it starts. */
export interface Found {
  readonly raw: string;
  readonly offset: number;
}

const firstMark = 0xe000;
const marks = 0x100;
const firstDigit = 0xe200;
const digits = 0x1600;

/**
 * Text in which every `${…}` (and `$${`, its escape) has been replaced by as many private-use
 * characters. Inside YAML's flow collections a brace ends a plain scalar, so `{ user: ${env:USER} }`
 * could not be parsed as it stands; of the same length, it leaves every position as it was.
 */
export class MaskedText {
  readonly text: string;
  readonly found: readonly Found[];
  readonly #mark: string;

  constructor(text: string) {
    const used = new Set(text.match(/[\ue000-\ue0ff]/g) ?? []);
    let mark = firstMark;
    while (mark < firstMark + marks && used.has(String.fromCharCode(mark))) mark++;
    this.#mark = String.fromCharCode(mark);
    this.found = mark < firstMark + marks ? find(text) : [];
    let masked = "";
    let end = 0;
    this.found.forEach(({ raw, offset }, index) => {
      const high = String.fromCharCode(firstDigit + Math.floor(index / digits));
      const low = String.fromCharCode(firstDigit + index % digits);
      masked += text.slice(end, offset) + this.#mark + high + low +
        this.#mark.repeat(raw.length - 3);
      end = offset + raw.length;
    });
    this.text = masked + text.slice(end);
  }

  /** A piece of the parsed text, split at what had been masked. */
  split(piece: string): (string | Found)[] {
    const parts: (string | Found)[] = [];
    let rest = piece;
    for (let start = rest.indexOf(this.#mark); start >= 0; start = rest.indexOf(this.#mark)) {
      const index = (rest.charCodeAt(start + 1) - firstDigit) * digits +
        rest.charCodeAt(start + 2) - firstDigit;
      const found = this.found[index];
      if (!found) break;
      if (start > 0) parts.push(rest.slice(0, start));
      parts.push(found);
      rest = rest.slice(start + found.raw.length);
    }
    if (rest !== "" || parts.length === 0) parts.push(rest);
    return parts;
  }

  /** A piece of the parsed text as it was written. */
  restore(piece: string): string {
    return this.split(piece).map((part) => typeof part === "string" ? part : part.raw).join("");
  }
}

/** Every `${…}` that closes on its own line; braces inside it nest. */
function find(text: string): Found[] {
  const found: Found[] = [];
  for (let start = text.indexOf("${"); start >= 0;) {
    let depth = 0;
    let end = start + 1;
    for (; end < text.length && text[end] !== "\n"; end++) {
      if (text[end] === "{") depth++;
      if (text[end] === "}" && --depth === 0) break;
    }
    const closed = text[end] === "}";
    const escaped = text[start - 1] === "$";
    if (closed) {
      const offset = escaped ? start - 1 : start;
      found.push({ raw: text.slice(offset, end + 1), offset });
    }
    start = text.indexOf("${", closed ? end + 1 : start + 2);
  }
  return found;
}
