/** One token of a Python literal: a string, an integer, or a sign of punctuation. */
const token = /\s*(?:([uU]?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))|(-?\d+)|([{}[\]():,]))/suy;
const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", "\n": "" };

/**
 * Class names as Ultralytics writes them into a model: a Python dict `{0: 'person', 1: 'car'}` or a
 * list of strings.
 * @returns By class id, or undefined where the text is neither, or ids are missing.
 */
export function parseNames(text: string): string[] | undefined {
  const tokens: (string | number | { text: string })[] = [];
  const trimmed = text.trim();
  token.lastIndex = 0;
  while (token.lastIndex < trimmed.length) {
    const found = token.exec(trimmed);
    if (!found) return undefined;
    if (found[1] !== undefined) tokens.push({ text: unquote(found[1]) });
    else tokens.push(found[2] !== undefined ? Number(found[2]) : found[3]!);
  }
  const open = tokens.shift();
  const close = tokens.pop();
  const dict = open === "{" && close === "}";
  if (!dict && !(open === "[" && close === "]") && !(open === "(" && close === ")")) {
    return undefined;
  }
  if (tokens.at(-1) === ",") tokens.pop();

  const names: string[] = [];
  for (let i = 0; i < tokens.length;) {
    if (names.length > 0 && tokens[i++] !== ",") return undefined;
    // Python keeps the order of insertion; ids that are out of it or missing are not ours to mend.
    if (dict && (tokens[i++] !== names.length || tokens[i++] !== ":")) return undefined;
    const name = tokens[i++];
    if (typeof name !== "object") return undefined;
    names.push(name.text);
  }
  return names.length > 0 ? names : undefined;
}

function unquote(literal: string): string {
  const body = literal.replace(/^[uU]/, "").slice(1, -1);
  return body.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gsu,
    (_, x?: string, u?: string, long?: string, other?: string) => {
      if (other !== undefined) return escapes[other] ?? other;
      const code = parseInt((x ?? u ?? long)!, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    },
  );
}

/** Labels of a file that has one a line; a last line break and a byte order mark do not count. */
export function parseLabelFile(text: string): string[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
