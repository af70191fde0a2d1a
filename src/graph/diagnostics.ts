import type { Diagnostic } from "./plan.ts";
import { redact } from "./secrets.ts";

/** How diagnostics are written. */
export interface FormatOptions {
  /** The texts positions refer to, by file. With them the line is shown, and a caret under it. */
  readonly sources?: ReadonlyMap<string, string>;
  /** Never to be shown. */
  readonly secrets?: readonly string[];
  /** Whether to use terminal colours. */
  readonly colour?: boolean;
}

const codes = { error: "31;1", warning: "33;1", bold: "1", dim: "2" } as const;

/**
 * One diagnostic, compiler style: `file:line:column error: message`, then the line it is about with
 * a caret under the place.
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions = {}): string {
  const paint = (code: keyof typeof codes, text: string) =>
    options.colour ? `\x1b[${codes[code]}m${text}\x1b[0m` : text;
  const { file, line, column } = diagnostic.position;
  const place = `${printable(file)}:${line}:${column}`;
  const message = printable(redact(diagnostic.message, options.secrets ?? []));
  const head = `${paint("bold", place)} ${
    paint(diagnostic.level, `${diagnostic.level}:`)
  } ${message}`;
  const source = options.sources?.get(file)?.split(/\r\n|\n|\r/)[line - 1];
  if (source === undefined || source.trim() === "") return head;
  const excerpt = cut(source, column, options.secrets ?? []);
  return `${head}\n${paint("dim", `  ${excerpt.text}`)}\n  ${" ".repeat(excerpt.caret)}${
    paint(diagnostic.level, "^")
  }`;
}

/** All of them, in the order given, and a last line that counts them. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: FormatOptions = {},
): string {
  if (diagnostics.length === 0) return "";
  const lines = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, options));
  return [...lines, summary(diagnostics)].join("\n");
}

/** `2 errors, 1 warning`. */
export function summary(diagnostics: readonly Diagnostic[]): string {
  const count = (level: Diagnostic["level"]) => {
    const number = diagnostics.filter((diagnostic) => diagnostic.level === level).length;
    return number === 0 ? [] : [`${number} ${level}${number === 1 ? "" : "s"}`];
  };
  return [...count("error"), ...count("warning")].join(", ") || "no errors";
}

const widest = 100;

/** The part of a line around a column, with the caret's place in it, in characters. */
function cut(source: string, column: number, secrets: readonly string[]) {
  // Each side is cleaned by itself, so that the caret stays where it belongs.
  const before = printable(redact(source.slice(0, column - 1), secrets));
  const after = printable(redact(source.slice(column - 1), secrets));
  const start = before.length > widest * 0.6 ? before.length - Math.floor(widest * 0.6) : 0;
  const head = (start > 0 ? "…" : "") + before.slice(start);
  const room = widest - head.length;
  const tail = after.length > room ? `${after.slice(0, room)}…` : after;
  return { text: head + tail, caret: [...head].length };
}

/** Tabs and control characters as one blank or mark each: a file cannot drive the terminal. */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll("\t", " ").replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "�");
}
