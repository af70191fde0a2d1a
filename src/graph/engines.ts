import { optionSchema, usesEngine } from "./catalog.ts";
import type { Workshop } from "./compile.ts";
import type { Draft, ElementDraft, EngineDraft } from "./draft.ts";
import { listed, shown, suggestion } from "./names.ts";
import { type Entry, textNode, valueOf } from "./node.ts";
import type { Report } from "./report.ts";

/** Which engine each element works with, and all engines with what elements say of them. */
export interface EngineChoices {
  readonly engines: readonly EngineDraft[];
  readonly chosen: ReadonlyMap<ElementDraft, string>;
}

/**
 * Finds every element's engine: the one it names, the one its `model` describes in place (named
 * after the element), or the only one there is. What an element says of an engine goes to it.
 */
export function assembleEngines(draft: Draft, workshop: Workshop): EngineChoices {
  const engines = draft.engines.map((engine) => ({ ...engine, options: new Map(engine.options) }));
  const chosen = new Map<ElementDraft, string>();
  const said = new Map<string, Entry>();
  for (const element of draft.elements) {
    if (!element.element || !usesEngine(element.element)) continue;
    const engine = choose(element, engines, workshop);
    if (!engine) continue;
    chosen.set(element, engine.name);
    element.options.set("engine", {
      key: "engine",
      at: element.at,
      value: textNode(engine.name, element.at),
    });
    handOver(element, engine, said, workshop);
  }
  return { engines, chosen };
}

function choose(
  element: ElementDraft,
  engines: EngineDraft[],
  workshop: Workshop,
): EngineDraft | undefined {
  const { report, interpolator } = workshop;
  const written = element.options.get("engine");
  const model = element.options.get("model");
  const names = engines.map((engine) => engine.name);
  if (written && model) {
    report.error(model.at, "`engine` and `model` cannot both be given: the engine has its model");
    return undefined;
  }
  if (written) {
    const value = interpolator.fill(written.value);
    if (value.kind !== "scalar" || value.broken) return undefined;
    const engine = engines.find((engine) => engine.name === value.text);
    if (!engine) {
      report.error(
        written.value.at,
        engines.length === 0
          ? `there is no engine ${
            shown(value.text)
          }: name it under \`engines\`, or give a \`model\``
          : `there is no engine ${shown(value.text)}${suggestion(value.text, names)}`,
      );
    }
    return engine;
  }
  if (model) return implicit(element, engines, report);
  if (engines.length === 1) return engines[0];
  report.error(
    element.at,
    engines.length === 0
      ? `\`${element.element!.name}\` needs an \`engine\` or a \`model\``
      : `\`${element.element!.name}\` needs an \`engine\`: one of ${listed(names, "or")}`,
  );
  return undefined;
}

function implicit(
  element: ElementDraft,
  engines: EngineDraft[],
  report: Report,
): EngineDraft | undefined {
  if (engines.some((engine) => engine.name === element.id)) {
    report.error(
      element.at,
      `${shown(element.id)} is already the name of an engine: give this element another \`id\``,
    );
    return undefined;
  }
  const engine = { name: element.id, at: element.at, options: new Map<string, Entry>() };
  engines.push(engine);
  return engine;
}

/** An element's word on its engine counts over the engine's own; two elements must agree. */
function handOver(
  element: ElementDraft,
  engine: EngineDraft,
  said: Map<string, Entry>,
  workshop: Workshop,
): void {
  const known = optionSchema(workshop.catalog.engineOptions).properties;
  for (const [key, entry] of element.options) {
    if (key === "engine" || !Object.hasOwn(known, key)) continue;
    const place = `${engine.name}.${key}`;
    const other = said.get(place);
    if (other && JSON.stringify(valueOf(other.value)) !== JSON.stringify(valueOf(entry.value))) {
      const { line, column } = other.at;
      workshop.report.error(
        entry.at,
        `\`${key}\` of engine ${shown(engine.name)} is said otherwise at ${line}:${column}: ` +
          "the elements share the engine",
      );
      continue;
    }
    said.set(place, entry);
    engine.options.set(key, entry);
  }
}
