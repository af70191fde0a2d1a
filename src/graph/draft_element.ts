import { type Catalog, hasOption, type ListedElement } from "./catalog.ts";
import type { ElementDraft } from "./draft.ts";
import { listed, nearest, shown, suggestion } from "./names.ts";
import { describe, type Entry, type Node } from "./node.ts";
import { addValue, misplaced } from "./options.ts";
import type { Position } from "./plan.ts";
import type { Report } from "./report.ts";

/** What an item may say beside its element. */
export const itemKeys = ["id", "from", "queue", "timeout"] as const;

/** Makes out an item of the list: a name, or a mapping with one element's name and item keys. */
export function draftElement(item: Node, catalog: Catalog, report: Report): ElementDraft {
  const keys = new Map<string, Entry>();
  const empty: ElementDraft = { at: item.at, options: new Map(), keys, id: "", named: false };
  if (item.kind === "scalar") {
    if (item.text === "") {
      report.error(item.at, "this item is empty: expected an element");
      return empty;
    }
    const element = find(item.text, item.at, catalog, report);
    return { ...empty, element };
  }
  if (item.kind === "list") {
    report.error(item.at, "an item must be an element's name or a mapping, found a list");
    return empty;
  }
  const others: Entry[] = [];
  for (const entry of item.entries) {
    if ((itemKeys as readonly string[]).includes(entry.key)) keys.set(entry.key, entry);
    else others.push(entry);
  }
  const named = others.filter(({ key }) => catalog.elements.has(key));
  if (named.length > 1) {
    const [, second] = named;
    report.error(
      second!.at,
      `one item names two elements, ${listed(named.map(({ key }) => key))}: ` +
        "each needs an item of its own, with a `-` before it",
    );
    return { ...empty, at: second!.at };
  }
  if (others.length === 0) {
    report.error(item.at, `this item names no element: it has ${listed([...keys.keys()])} only`);
    return empty;
  }
  // An unknown name is the element that was meant, unless the item has one.
  const chosen = named[0] ?? others.find(({ key }) => nearest(key, catalog.elements.keys())) ??
    others[0]!;
  const element = find(chosen.key, chosen.at, catalog, report);
  const draft: ElementDraft = { ...empty, at: chosen.at, element };
  if (!element) return draft;
  addValue(draft.options, element, chosen.value, report);
  for (const { key, at } of others) {
    if (key === chosen.key) continue;
    const known = [...itemKeys];
    report.error(
      at,
      misplaced(element, key) ??
        `unknown key ${shown(key)} beside \`${element.name}\`${suggestion(key, known)}`,
    );
  }
  return draft;
}

function find(
  name: string,
  at: Position,
  catalog: Catalog,
  report: Report,
): ListedElement | undefined {
  const element = catalog.elements.get(name);
  if (element) return element;
  if (catalog.sources.has(name)) {
    report.error(at, `\`${name}\` is a source: it belongs under \`cameras\``);
  } else if ([...catalog.elements.values()].some((known) => hasOption(known, name))) {
    const owners = [...catalog.elements.values()].filter((known) => hasOption(known, name));
    const near = nearest(name, catalog.elements.keys());
    report.error(
      at,
      near !== undefined
        ? `unknown element ${shown(name)}: did you mean \`${near}\`?`
        : `${shown(name)} is no element, but an option of ${
          listed(owners.map((owner) => owner.name))
        }`,
    );
  } else {
    report.error(at, `unknown element ${shown(name)}${suggestion(name, catalog.elements.keys())}`);
  }
  return undefined;
}

/** Reads a scalar that must be text; undefined (and reported) otherwise. */
export function textOf(entry: Entry, what: string, report: Report): string | undefined {
  const { value } = entry;
  if (value.kind === "scalar" && value.broken) return undefined;
  if (value.kind === "scalar" && value.text !== "" && value.value !== null) return value.text;
  report.error(value.at, `${what} must be a name, found ${describe(value)}`);
  return undefined;
}
