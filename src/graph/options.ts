import type { z } from "zod";
import type { ElementDeclaration } from "../elements/declaration.ts";
import { canonical, hasOption, optionNames, optionSchema } from "./catalog.ts";
import { explain } from "./explain.ts";
import { listed, shown } from "./names.ts";
import { type Entry, type Node, valueOf } from "./node.ts";
import type { Position } from "./plan.ts";
import type { Report } from "./report.ts";

/** Options as gathered from file, shorthand and settings, by their own names. */
export type Options = Map<string, Entry>;

/** Adds what stands under an element's name: its shorthand's value, or a mapping of its options. */
export function addValue(
  options: Options,
  declaration: ElementDeclaration,
  value: Node,
  report: Report,
): void {
  if (value.kind === "mapping") {
    for (const entry of value.entries) addEntry(options, declaration, entry, report);
  } else if (value.kind === "scalar" && value.value === null && value.text === "") {
    return; // `- letterbox:` has no options, like `- letterbox`
  } else if (declaration.shorthand !== undefined) {
    addEntry(options, declaration, { key: declaration.shorthand, at: value.at, value }, report);
  } else if (value.kind !== "scalar" || value.value !== null) {
    const names = optionNames(declaration);
    report.error(
      value.at,
      names.length === 0
        ? `\`${declaration.name}\` takes no options`
        : `\`${declaration.name}\` takes no bare value: expected a mapping of ${listed(names)}`,
    );
  }
}

/** Adds one option under its own name; the same one twice is reported. */
export function addEntry(
  options: Options,
  declaration: ElementDeclaration,
  entry: Entry,
  report: Report,
): void {
  const key = canonical(declaration, entry.key);
  const first = options.get(key);
  if (first) {
    const { line, column } = first.at;
    report.error(
      entry.at,
      `option \`${key}\` of \`${declaration.name}\` is given twice, first at ${line}:${column}`,
    );
    return;
  }
  options.set(key, entry);
}

/** Keys whose values are hidden even where they stand openly in the file. */
export function hides(key: string): boolean {
  return /pass(word|phrase|wd)?$|secret|token|credential/i.test(key);
}

/** What is being checked, for messages. */
export interface Subject {
  /** `nms`, or `engine bottles`. */
  readonly label: string;
  /** Where to point for what is missing. */
  readonly at: Position;
  /** Names to choose the nearest from. */
  readonly names: readonly string[];
}

/**
 * Runs an options schema over gathered options. Each of its issues is reported at the very key or
 * value; undefined where there were any.
 */
export function checkOptions(
  schema: z.ZodType,
  options: ReadonlyMap<string, Entry>,
  subject: Subject,
  report: Report,
): Record<string, unknown> | undefined {
  const input = Object.fromEntries([...options].map(([key, entry]) => [key, valueOf(entry.value)]));
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) {
    const broken = [...options.values()].some((entry) => isBroken(entry.value));
    return broken ? undefined : result.data as Record<string, unknown>;
  }
  for (const issue of result.error.issues) {
    explain(issue, options, optionSchema(schema), subject, report);
  }
  return undefined;
}

function isBroken(node: Node): boolean {
  if (node.kind === "scalar") return node.broken === true;
  if (node.kind === "list") return node.items.some(isBroken);
  return node.entries.some((entry) => isBroken(entry.value));
}

/** Said of an option that stands one level too high: `- nms:` with `score:` beside it. */
export function misplaced(declaration: ElementDeclaration, key: string): string | undefined {
  return hasOption(declaration, key)
    ? `${
      shown(key)
    } is an option of \`${declaration.name}\`: write \`${declaration.name}: { ${key}: … }\``
    : undefined;
}
