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

  /** The whole text, split. */
  parts(): (string | Found)[] {
    return this.split(this.text);
  }

  /** A piece of the parsed text as it was written. */
  restore(piece: string): string {
    return this.split(piece).map((part) => typeof part === "string" ? part : part.raw).join("");
  }
}

/** Every `${…}` that closes on its own line, the outermost ones; braces inside one nest. */
function find(text: string): Found[] {
  const found: Found[] = [];
  // Offsets of braces still open; negative for those that do not follow a dollar sign.
  let open: number[] = [];
  for (let offset = 0; offset < text.length; offset++) {
    const char = text[offset];
    if (char === "\n") open = [];
    else if (char === "{") open.push(offset > 0 && text[offset - 1] === "$" ? offset - 1 : -1);
    else if (char === "}") {
      const dollar = open.pop() ?? -1;
      if (dollar < 0) continue;
      const start = text[dollar - 1] === "$" ? dollar - 1 : dollar;
      while (found.length > 0 && found.at(-1)!.offset > start) found.pop();
      found.push({ raw: text.slice(start, offset + 1), offset: start });
    }
  }
  return found;
}
