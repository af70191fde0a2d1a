import { DataError } from "./error.ts";

const space = /[ \t\n\r]*/y;
const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const escape = String.raw`\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`;
const quoted = new RegExp(String.raw`"(?:[^"\\\u0000-\u001f]|${escape})*"`, "y");

/** Where a text stops to be JSON, as an offset; the text's length if it is cut off. */
function firstFault(text: string): number {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const next = () => {
    take(space);
    return text[at];
  };
  /** Open brackets, outermost first. */
  const open: string[] = [];
  const key = (): boolean => {
    if (next() !== '"' || take(quoted) === undefined || next() !== ":") return false;
    at++;
    return true;
  };
  for (;;) {
    const first = next();
    if (first === "{" || first === "[") {
      at++;
      const close = first === "{" ? "}" : "]";
      if (next() === close) at++;
      else {
        open.push(close);
        if (first === "{" && !key()) return at;
        continue;
      }
    } else if (take(word) === undefined && take(quoted) === undefined) return at;
    // A value has ended: what holds it goes on, or ends too.
    for (;;) {
      const after = next();
      if (open.length === 0) return at;
      if (after === open.at(-1)) {
        at++;
        open.pop();
      } else if (after === ",") {
        at++;
        if (open.at(-1) === "}" && !key()) return at;
        break;
      } else return at;
    }
  }
}

/**
 * Reads JSON.
 *
 * @param name What messages call it.
 * @throws {DataError} It is none: line and column of the first fault.
 */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = firstFault(text);
    const before = text.slice(0, at).split("\n");
    const place = `${name}:${before.length}:${before.at(-1)!.length + 1}`;
    if (text.trim() === "") throw new DataError(name, "is empty; expected JSON");
    if (at >= text.length) throw new DataError(place, "the JSON is cut off here");
    throw new DataError(place, `no JSON from here on: ${JSON.stringify(text.slice(at, at + 20))}`);
  }
}
