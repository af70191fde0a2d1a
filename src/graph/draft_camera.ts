import type { SourceElement } from "../elements/declaration.ts";
import { type Catalog, hasOption } from "./catalog.ts";
import type { CameraDraft } from "./draft.ts";
import { listed, nearest, shown } from "./names.ts";
import { describe, type Entry } from "./node.ts";
import { addEntry, addValue } from "./options.ts";
import { Report } from "./report.ts";

/**
 * Makes out a camera's source: exactly one key of its mapping names it, the others are its options.
 */
export function draftCamera(entry: Entry, catalog: Catalog): CameraDraft {
  const problems = new Report();
  const camera: CameraDraft = {
    name: entry.key,
    at: entry.at,
    sourceAt: entry.at,
    options: new Map(),
    problems,
  };
  const { value } = entry;
  const all = listed([...catalog.sources.keys()], "or");
  if (value.kind === "scalar" && catalog.sources.has(value.text) && value.plain) {
    camera.source = catalog.sources.get(value.text);
    camera.sourceAt = value.at;
    return camera;
  }
  if (value.kind !== "mapping") {
    problems.error(
      value.at,
      `camera ${shown(entry.key)} must be a mapping that names its source, ${all}, ` +
        `found ${describe(value)}`,
    );
    return camera;
  }
  const named = sourceKeys(value.entries, catalog);
  const [key, second] = named;
  if (second) {
    problems.error(
      second.at,
      `camera ${shown(entry.key)} names two sources, ${listed(named.map(({ key }) => key))}: ` +
        "expected one",
    );
    return camera;
  }
  if (!key) {
    problems.error(...noSource(entry, value.entries, catalog, all));
    return camera;
  }
  camera.source = catalog.sources.get(key.key)!;
  camera.sourceAt = key.at;
  addValue(camera.options, camera.source, key.value, problems);
  for (const option of value.entries) {
    if (option !== key) addEntry(camera.options, camera.source, option, problems);
  }
  return camera;
}

/** Keys that name sources, less those that are but an option of another one. */
function sourceKeys(entries: readonly Entry[], catalog: Catalog): Entry[] {
  const named = entries.filter(({ key }) => catalog.sources.has(key));
  if (named.length < 2) return named;
  const owner = named.filter(({ key }) =>
    named.every((other) => other.key === key || hasOption(catalog.sources.get(key)!, other.key))
  );
  return owner.length === 1 ? owner : named;
}

function noSource(
  entry: Entry,
  entries: readonly Entry[],
  catalog: Catalog,
  all: string,
): [Entry["at"], string] {
  for (const { key, at } of entries) {
    if (catalog.elements.has(key)) {
      return [at, `\`${key}\` is an element, not a source: expected ${all}`];
    }
  }
  const sources: [string, SourceElement][] = [...catalog.sources];
  for (const { key, at } of entries) {
    const near = nearest(key, sources.map(([name]) => name));
    const option = sources.some(([, source]) => hasOption(source, key));
    if (near !== undefined && !option) {
      return [at, `unknown source ${shown(key)}: did you mean \`${near}\`?`];
    }
  }
  const [first] = entries;
  if (entries.length === 1 && first && !sources.some(([, one]) => hasOption(one, first.key))) {
    return [
      first.at,
      `unknown source ${shown(first.key)}: there ${sources.length === 1 ? "is" : "are"} ${
        listed(sources.map(([name]) => name))
      }`,
    ];
  }
  return [entry.at, `camera ${shown(entry.key)} names no source: expected a key ${all}`];
}
