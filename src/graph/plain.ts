import { readDocument } from "./document.ts";
import type { Node, Placeholder } from "./node.ts";
import type { Places } from "./places.ts";
import { MaskedText } from "./placeholders.ts";
import type { Report } from "./report.ts";
import { resolvePlain } from "./scalar.ts";

/**
 * A value on a command line: a YAML flow collection or quoted scalar where it starts as one, else
 * the text as it stands (`-`, `*.jpg`, `a: b`), typed as a plain scalar.
 *
 * @param places The whole argument.
 * @param start Offset of the value in it; it goes on to the end.
 */
export function readValue(places: Places, start: number, report: Report): Node | undefined {
  const text = places.text.slice(start);
  if (/^\s*[[{"']./s.test(text)) return readFlow(places, start, places.text.length, report);
  const parts = new MaskedText(text).parts();
  return scalarOf(parts, start, places, true);
}

/** A YAML value inside another text, from `start` to `end`. */
export function readFlow(
  places: Places,
  start: number,
  end: number,
  report: Report,
): Node | undefined {
  // Blanks in place of what stands before keep the positions.
  const blank = places.text.slice(0, start).replace(/[^\n]/g, " ");
  return readDocument(blank + places.text.slice(start, end), places.file, report);
}

/** A scalar from its parts: text, and placeholders by their offset from `base`. */
export function scalarOf(
  parts: ReturnType<MaskedText["split"]>,
  base: number,
  places: Places,
  plain: boolean,
  start = base,
): Node {
  const at = places.at(start);
  const text = parts.map((part) => typeof part === "string" ? part : part.raw).join("");
  if (parts.every((part) => typeof part === "string")) {
    return { kind: "scalar", value: plain ? resolvePlain(text) : text, text, plain, at };
  }
  const template = parts.map((part): string | Placeholder =>
    typeof part === "string" ? part : { raw: part.raw, at: places.at(base + part.offset) }
  );
  return { kind: "scalar", value: text, text, plain, at, template };
}
