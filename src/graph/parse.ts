import type { ElementDeclaration, OptionsSchema } from "../elements/declaration.ts";
import { Catalog } from "./catalog.ts";
import { compile } from "./compile.ts";
import { readDocument } from "./document.ts";
import { draft as draftOf } from "./draft.ts";
import { assignIds } from "./ids.ts";
import { Interpolator, type Surroundings } from "./interpolate.ts";
import { entryOf, type Node } from "./node.ts";
import type { Diagnostic, Plan, Position, Registry } from "./plan.ts";
import { Report } from "./report.ts";
import { redact } from "./secrets.ts";
import { Settings } from "./settings.ts";

/** What parsing needs to know beside the text. It reads nothing by itself. */
export interface ParseContext extends Surroundings {
  /** Name of the file, for positions. */
  readonly file: string;
  /** Every element there is: the built-in ones and those of `use:`. */
  readonly registry: Registry | Iterable<ElementDeclaration>;
  /** Schema of an engine's options: `engineOptions` of src/elements/infer.ts. */
  readonly engineOptions: OptionsSchema<unknown>;
  /** `PATH=VALUE` each, as `--set` takes them. */
  readonly sets?: readonly string[];
}

/** A plan, or what stands in its way. */
export interface ParseResult {
  /** Undefined if and only if there is an error among the diagnostics. */
  readonly plan?: Plan;
  /** By position. */
  readonly diagnostics: readonly Diagnostic[];
  /** What must not be shown, whether there is a plan or not. Longest first. */
  readonly secrets: readonly string[];
  /** The texts that positions refer to, by file; settings are `--set PATH`. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Compiles a pipeline file. Never throws on what the text holds: mistakes, all of them, come back
 * as diagnostics with positions.
 *
 * @param text The YAML.
 */
export function parsePipeline(text: string, context: ParseContext): ParseResult {
  const report = new Report();
  const root = readDocument(text, context.file, report);
  return compileTree(text, report.failed && !root ? "unreadable" : root, context, report);
}

/** The common end of YAML and launch text: a tree becomes a plan. */
export function compileTree(
  text: string,
  root: Node | undefined | "unreadable",
  context: ParseContext,
  report: Report,
): ParseResult {
  const { file } = context;
  const catalog = new Catalog(context.registry, context.engineOptions);
  const interpolator = new Interpolator(context, report);
  const sources = new Map([[file, text]]);
  let plan: Plan | undefined;
  if (root !== "unreadable") {
    const draft = draftOf(root, catalog, file, report);
    assignIds(draft, interpolator, report);
    const settings = new Settings(draft, catalog, report);
    for (const set of context.sets ?? []) settings.apply(set);
    for (const [name, source] of settings.sources) sources.set(name, source);
    for (const secret of settings.secrets) interpolator.keep(secret);
    plan = compile(draft, { file, catalog, interpolator, report });
  }
  const { secrets } = interpolator;
  const diagnostics = report.sorted(file).map((diagnostic) => ({
    ...diagnostic,
    message: redact(diagnostic.message, secrets),
  }));
  return { plan: report.failed ? undefined : plan, diagnostics, secrets, sources };
}

/** A custom element file that a pipeline names under `use:`. */
export interface CustomElementFile {
  /** As written; relative to the working directory. */
  readonly path: string;
  /** Where it is named. */
  readonly position: Position;
}

/**
 * The custom element files a pipeline names, to be loaded before it is parsed with a registry that
 * has them. What is wrong with the text otherwise is left to {@linkcode parsePipeline}.
 */
export function customElementFiles(
  text: string,
  context: { readonly file: string } & Surroundings,
): { files: readonly CustomElementFile[]; diagnostics: readonly Diagnostic[] } {
  const root = readDocument(text, context.file, new Report());
  const use = root?.kind === "mapping" ? entryOf(root, "use") : undefined;
  if (!use) return { files: [], diagnostics: [] };
  const report = new Report();
  const value = new Interpolator(context, report).fill(use.value);
  const items = value.kind === "list" ? value.items : [value];
  const files: CustomElementFile[] = [];
  for (const item of items) {
    if (item.kind === "scalar" && item.broken) continue;
    if (item.kind === "scalar" && typeof item.value === "string" && item.value !== "") {
      files.push({ path: item.value, position: item.at });
    } else {
      report.error(item.at, "`use` must be a list of files, each the path of a TypeScript module");
    }
  }
  return { files, diagnostics: report.sorted(context.file) };
}
