import type { z } from "zod";
import type { OptionSchema } from "./catalog.ts";
import { listed, nearest, shown, suggestion } from "./names.ts";
import { describe, type Entry, type Node } from "./node.ts";
import type { Subject } from "./options.ts";
import type { Report } from "./report.ts";

type Issue = z.core.$ZodIssue;

/** zod's type names in plain words. */
const words: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a mapping",
  record: "a mapping",
  null: "nothing",
};

/** Reports what a schema found wrong in plain words, where it stands in the text. */
export function explain(
  issue: Issue,
  options: ReadonlyMap<string, Entry>,
  schema: OptionSchema,
  subject: Subject,
  report: Report,
): void {
  const path = issue.path as (string | number)[];
  const place = locate(options, path);
  const found = place?.value;
  if (found?.kind === "scalar" && found.broken) return;
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const entry = path.length === 0
        ? options.get(key)
        : found?.kind === "mapping"
        ? found.entries.find((candidate) => candidate.key === key)
        : undefined;
      const known = path.length === 0 ? subject.names : nestedNames(schema, path);
      const owner = path.length === 0 ? subject.label : `\`${pathText(path)}\` of ${subject.label}`;
      report.error(
        entry?.at ?? subject.at,
        known.length === 0
          ? `${owner} has no option ${shown(key)}: it takes none`
          : `${owner} has no option ${shown(key)}${suggestion(key, known)}`,
      );
    }
    return;
  }
  if (!place || !found) {
    const name = pathText(path);
    const description = schema.properties[String(path[0])]?.description;
    const about = typeof description === "string" && path.length === 1 ? ` (${description})` : "";
    const owner = locate(options, path.slice(0, -1))?.value;
    if (path.length === 0) report.error(subject.at, `${subject.label}: ${issue.message}`);
    else report.error(owner?.at ?? subject.at, `${subject.label} needs \`${name}\`${about}`);
    return;
  }
  const said = complaint(issue, found);
  const joint = /^(must|is|has|needs|can|cannot|may|takes)\b/.test(said) ? " " : ": ";
  report.error(place.at, `\`${pathText(path)}\` of ${subject.label}${joint}${said}`);
}

/** What is wrong with a value, to follow its name. */
function complaint(issue: Issue, found: Node): string {
  const what = describe(found);
  // An element's own words may quote the value.
  if (issue.code === "custom" && found.kind === "scalar" && found.secret) {
    return "is not as expected; its value is hidden";
  }
  switch (issue.code) {
    case "invalid_type": {
      if (isCustom(issue.message)) return withFound(issue.message, what);
      const hint = issue.expected === "string" && found.kind === "scalar" && found.value !== null
        ? ": put it in quotes"
        : "";
      return `must be ${words[issue.expected] ?? issue.expected}, found ${what}${hint}`;
    }
    case "invalid_value": {
      if (isCustom(issue.message)) return withFound(issue.message, what);
      const values = issue.values.map(String);
      const near = found.kind === "scalar" && !found.secret
        ? nearest(String(found.value), values)
        : undefined;
      const hint = near === undefined ? "" : `: did you mean \`${near}\`?`;
      const choice = values.length === 1 ? `\`${values[0]}\`` : `one of ${listed(values, "or")}`;
      return `must be ${choice}, found ${what}${hint}`;
    }
    case "too_small":
    case "too_big": {
      if (isCustom(issue.message)) return withFound(issue.message, what);
      const bound = issue.code === "too_small" ? issue.minimum : issue.maximum;
      const side = issue.code === "too_small"
        ? issue.inclusive === false ? "more than" : "at least"
        : issue.inclusive === false
        ? "less than"
        : "at most";
      if (issue.origin === "string" && issue.code === "too_small" && bound === 1) {
        return "must not be empty";
      }
      const unit = issue.origin === "string"
        ? " characters long"
        : issue.origin === "array" || issue.origin === "object"
        ? " values long"
        : "";
      return `must be ${side} ${bound}${unit}, found ${what}`;
    }
    case "invalid_union": {
      if (isCustom(issue.message)) return withFound(issue.message, what);
      const branches = issue.errors.map((issues) => issues[0]).filter((first) =>
        first !== undefined
      );
      const types = branches.filter((first) =>
        first.code === "invalid_type" && first.path.length === 0
      );
      const other = branches.find((first) => !types.includes(first));
      if (other && other.path.length === 0) return complaint(other, found);
      const names = types.map((first) =>
        first.code === "invalid_type" ? words[first.expected] ?? first.expected : ""
      );
      if (names.length > 0) return `must be ${[...new Set(names)].join(" or ")}, found ${what}`;
      return `is not as expected, found ${what}`;
    }
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}, found ${what}`;
    default:
      return withFound(isCustom(issue.message) ? issue.message : "is not as expected", what);
  }
}

/** Whether a declaration wrote the message itself. */
function isCustom(message: string): boolean {
  return !/^(Invalid|Too (small|big)|Unrecognized)/.test(message);
}

function withFound(message: string, what: string): string {
  return /^must\b|^is not as/.test(message) && !/\bfound\b/.test(message)
    ? `${message}, found ${what}`
    : message;
}

/** The value at a path, and where to point: at the value, or at its key where that is all there is. */
function locate(
  options: ReadonlyMap<string, Entry>,
  path: readonly (string | number)[],
): { at: Node["at"]; value: Node } | undefined {
  const first = options.get(String(path[0]));
  if (!first) return undefined;
  let node: Node = first.value;
  let at = pointAt(first);
  for (const step of path.slice(1)) {
    if (node.kind === "mapping") {
      const entry: Entry | undefined = node.entries.find((one) => one.key === String(step));
      if (!entry) return undefined;
      [node, at] = [entry.value, pointAt(entry)];
    } else if (node.kind === "list") {
      const item: Node | undefined = node.items[Number(step)];
      if (!item) return undefined;
      [node, at] = [item, item.at];
    } else return undefined;
  }
  return { at, value: node };
}

function pointAt(entry: Entry): Node["at"] {
  const { value } = entry;
  return value.kind === "scalar" && value.value === null && value.text === "" ? entry.at : value.at;
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((step, index) =>
    typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`
  ).join("");
}

function nestedNames(schema: OptionSchema, path: readonly (string | number)[]): string[] {
  let current: Record<string, unknown> | undefined = { properties: schema.properties };
  for (const step of path) {
    const properties = current?.properties as Record<string, Record<string, unknown>> | undefined;
    current = typeof step === "number"
      ? current?.items as Record<string, unknown> | undefined
      : properties?.[step];
  }
  return Object.keys((current?.properties ?? {}) as Record<string, unknown>);
}
