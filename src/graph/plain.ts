import { readDocument } from "./document.ts";
import type { Node } from "./node.ts";
import { MaskedText } from "./placeholders.ts";
import type { Report } from "./report.ts";
import { resolvePlain } from "./scalar.ts";

/**
 * A value on a command line: a YAML flow collection or quoted scalar where it starts as one, else
 * the text as it stands (`-`, `*.jpg`, `a: b`), typed as a plain scalar.
 *
 * @param text What follows the `=`.
 * @param column Where it starts in `file`, for positions, from 1.
 */
export function readValue(
  text: string,
  file: string,
  column: number,
  report: Report,
): Node | undefined {
  const trimmed = text.trim();
  // Placeholders such as `${env:X}` begin with $, so a brace here is a mapping's.
  if (/^[[{"']/.test(trimmed) && trimmed.length > 1) {
    return readDocument(" ".repeat(column - 1) + text, file, report);
  }
  return plainNode(text, file, column);
}

/** An unquoted scalar on one line. */
export function plainNode(text: string, file: string, column: number, quoted = false): Node {
  const masked = new MaskedText(text);
  const at = { file, line: 1, column };
  const parts = masked.split(masked.text);
  if (parts.every((part) => typeof part === "string")) {
    const value = quoted ? text : resolvePlain(text);
    return { kind: "scalar", value, text, plain: !quoted, at };
  }
  const template = parts.map((part) =>
    typeof part === "string"
      ? part
      : { raw: part.raw, at: { file, line: 1, column: column + part.offset } }
  );
  return { kind: "scalar", value: text, text, plain: !quoted, at, template };
}
