import type { Catalog } from "./catalog.ts";
import { optionNames, optionSchema } from "./catalog.ts";
import { compileNodes } from "./compile_nodes.ts";
import type { Draft } from "./draft.ts";
import { assembleEngines } from "./engines.ts";
import type { Interpolator } from "./interpolate.ts";
import { shown } from "./names.ts";
import type { Entry } from "./node.ts";
import { checkOptions, hides, type Options } from "./options.ts";
import type { CameraPlan, EnginePlan, Plan } from "./plan.ts";
import { Report } from "./report.ts";

/** What a compilation works with. */
export interface Workshop {
  readonly file: string;
  readonly catalog: Catalog;
  readonly interpolator: Interpolator;
  readonly report: Report;
}

/** Checks a draft's values and links. The plan is there only if nothing was reported as an error. */
export function compile(draft: Draft, workshop: Workshop): Plan | undefined {
  const cameras = compileCameras(draft, workshop);
  const choices = assembleEngines(draft, workshop);
  const nodes = compileNodes(draft, workshop);
  const engines = compileEngines(choices.engines, workshop);
  if (workshop.report.failed) return undefined;
  const used = new Set(choices.chosen.values());
  for (const { name, at } of draft.engines) {
    if (!used.has(name)) {
      workshop.report.warning(at, `engine ${shown(name)} is used by no element`);
    }
  }
  const { file, interpolator } = workshop;
  return { file, cameras, engines, nodes, secrets: interpolator.secrets };
}

/** Fills in what options hold, and remembers what of it is to be hidden. */
export function fillOptions(options: ReadonlyMap<string, Entry>, workshop: Workshop): Options {
  const filled: Options = new Map();
  for (const [key, entry] of options) {
    const value = workshop.interpolator.fill(entry.value);
    const hidden = hides(key) && value.kind === "scalar";
    if (hidden && !value.broken) workshop.interpolator.keep(value.text);
    filled.set(key, { ...entry, value: hidden ? { ...value, secret: true } : value });
  }
  return filled;
}

function compileCameras(draft: Draft, workshop: Workshop): CameraPlan[] {
  const { report } = workshop;
  return draft.cameras.flatMap((camera) => {
    for (const problem of camera.problems.sorted(workshop.file)) report.add(problem);
    const { name, source } = camera;
    if (!source) return [];
    const subject = {
      label: `\`${source.name}\``,
      at: camera.sourceAt,
      names: optionNames(source),
    };
    const filled = fillOptions(camera.options, workshop);
    const options = checkOptions(source.options, filled, subject, report);
    return options ? [{ name, source, options, position: camera.at }] : [];
  });
}

function compileEngines(
  engines: readonly Draft["engines"][number][],
  workshop: Workshop,
): EnginePlan[] {
  const { catalog, report } = workshop;
  const names = Object.keys(optionSchema(catalog.engineOptions).properties);
  return engines.flatMap(({ name, at, options: written }) => {
    const subject = { label: `engine ${shown(name)}`, at, names };
    const found = new Report();
    const filled = fillOptions(written, workshop);
    const options = checkOptions(catalog.engineOptions, filled, subject, found);
    // What an element says of its engine has been checked with the element.
    for (const problem of found.sorted(workshop.file)) {
      if (!report.hasErrorAt(problem.position)) report.add(problem);
    }
    if (!options) return [];
    const places = Object.fromEntries([...filled].map(([key, { value }]) => [key, value.at]));
    return [{ name, options, position: at, places }];
  });
}
