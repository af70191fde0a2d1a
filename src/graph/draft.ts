import type { SourceElement } from "../elements/declaration.ts";
import type { Catalog, ListedElement } from "./catalog.ts";
import { draftCamera } from "./draft_camera.ts";
import { draftElement } from "./draft_element.ts";
import { namePattern, nearest, shown, suggestion } from "./names.ts";
import { describe, type Entry, entryOf, type Mapping, type Node } from "./node.ts";
import type { Options } from "./options.ts";
import type { Position } from "./plan.ts";
import type { Report } from "./report.ts";

/** A camera as written, with settings still to come. */
export interface CameraDraft {
  readonly name: string;
  readonly at: Position;
  /** Undefined where none could be made out; `problems` say why. */
  source?: SourceElement;
  sourceAt: Position;
  options: Options;
  /** What is wrong with how the source is named; a setting that names one settles it. */
  problems: Report;
}

/** An engine as written. */
export interface EngineDraft {
  readonly name: string;
  readonly at: Position;
  readonly options: Options;
}

/** An item of the list as written. */
export interface ElementDraft {
  /** Undefined where it could not be made out; that is reported. */
  readonly element?: ListedElement;
  readonly at: Position;
  readonly options: Options;
  /** `id`, `from`, `queue`, `timeout`. */
  readonly keys: Map<string, Entry>;
  /** Its own, or from its name. */
  id: string;
  /** Whether it was given one. */
  named: boolean;
}

/** A pipeline as written: names resolved, values not yet checked. */
export interface Draft {
  readonly cameras: CameraDraft[];
  readonly engines: EngineDraft[];
  readonly elements: ElementDraft[];
  /** Whether the sections could be read, so that a missing name there is worth a word. */
  readonly at: Position;
}

export const topKeys = ["version", "use", "cameras", "engines", "elements"] as const;

/** Sorts a document into cameras, engines and elements. */
export function draft(
  root: Node | undefined,
  catalog: Catalog,
  file: string,
  report: Report,
): Draft {
  const at = { file, line: 1, column: 1 };
  const result: Draft = { cameras: [], engines: [], elements: [], at };
  if (!root || (root.kind === "scalar" && root.value === null)) {
    report.error(at, "the pipeline is empty: expected `version: 1`, `cameras` and `elements`");
    return result;
  }
  if (root.kind !== "mapping") {
    report.error(
      root.at,
      `expected a mapping with \`version\`, \`cameras\` and \`elements\`, found ${describe(root)}`,
    );
    return result;
  }
  checkTop(root, report);
  for (const entry of section(root, "cameras", report)) {
    checkName("a camera", entry, report);
    result.cameras.push(draftCamera(entry, catalog));
  }
  for (const entry of section(root, "engines", report)) {
    checkName("an engine", entry, report);
    result.engines.push(draftEngine(entry, report));
  }
  const elements = entryOf(root, "elements");
  if (elements?.value.kind === "list") {
    for (const item of elements.value.items) {
      result.elements.push(draftElement(item, catalog, report));
    }
    if (elements.value.items.length === 0) report.error(elements.at, "`elements` is empty");
  } else if (elements) {
    report.error(
      elements.value.at,
      `\`elements\` must be a list, found ${describe(elements.value)}`,
    );
  }
  return result;
}

function checkTop(root: Mapping, report: Report): void {
  // A key that was meant for one of them is not also told to be missing.
  const meant = new Set<string | undefined>();
  for (const { key, at } of root.entries) {
    if ((topKeys as readonly string[]).includes(key)) continue;
    report.error(at, `unknown key ${shown(key)}${suggestion(key, topKeys)}`);
    meant.add(nearest(key, topKeys));
  }
  const version = entryOf(root, "version");
  if (version && (version.value.kind !== "scalar" || version.value.value !== 1)) {
    report.error(
      version.value.at,
      `\`version\` must be 1, found ${describe(version.value)}: this program reads version 1 only`,
    );
  }
  for (const key of ["version", "cameras", "elements"]) {
    if (entryOf(root, key) || meant.has(key)) continue;
    report.error(root.at, `\`${key === "version" ? "version: 1" : key}\` is missing`);
  }
}

function section(root: Mapping, key: "cameras" | "engines", report: Report): readonly Entry[] {
  const entry = entryOf(root, key);
  if (!entry) return [];
  const { value } = entry;
  if (value.kind === "mapping" && (value.entries.length > 0 || key === "engines")) {
    return value.entries;
  }
  const empty = value.kind === "mapping" || (value.kind === "scalar" && value.value === null);
  if (empty && key === "engines") return [];
  report.error(
    empty ? entry.at : value.at,
    empty
      ? "`cameras` names no camera"
      : `\`${key}\` must be a mapping of names, found ${describe(value)}`,
  );
  return [];
}

function checkName(what: string, { key, at }: Entry, report: Report): void {
  if (namePattern.test(key)) return;
  report.error(
    at,
    `${shown(key)} cannot name ${what}: expected letters, digits, \`_\` and \`-\``,
  );
}

function draftEngine(entry: Entry, report: Report): EngineDraft {
  const options: Options = new Map();
  const { value } = entry;
  if (value.kind === "mapping") {
    for (const option of value.entries) options.set(option.key, option);
  } else if (value.kind === "scalar" && value.value !== null) {
    options.set("model", { key: "model", at: value.at, value });
  } else if (value.kind === "list") {
    report.error(
      value.at,
      `engine ${shown(entry.key)} must be a mapping of options, found a list`,
    );
  }
  return { name: entry.key, at: entry.at, options };
}
