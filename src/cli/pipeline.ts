import { elements } from "../elements/index.ts";
import { engineOptions } from "../elements/infer.ts";
import {
  customElementFiles,
  type Diagnostic,
  formatDiagnostics,
  parseLaunch,
  parsePipeline,
  type ParseResult,
  type Plan,
} from "../graph/mod.ts";
import { loadCustomElements } from "../elements/custom.ts";
import { CliError } from "./exit.ts";
import { print, printError, wantsColor } from "./terminal.ts";

/** What `${…}` in a pipeline reads. */
const surroundings = {
  env: (name: string) => Deno.env.get(name),
  readFile: (path: string) => Deno.readTextFileSync(path),
};

/**
 * Reads a pipeline file with the elements it brings along; prints its warnings.
 *
 * @throws {CliError} with exit code 2, after all that is wrong has been printed.
 */
export async function readPipeline(file: string, sets: readonly string[]): Promise<Plan> {
  return planOf(await parseFile(file, sets));
}

/**
 * Reads a launch line.
 *
 * @throws {CliError} with exit code 2, after all that is wrong has been printed.
 */
export function readLaunch(line: string): Plan {
  const context = { ...surroundings, file: "launch", registry: elements, engineOptions };
  return planOf(parseLaunch(line, context));
}

function planOf(result: ParseResult): Plan {
  if (result.diagnostics.length > 0) {
    printError(
      formatDiagnostics(result.diagnostics, {
        sources: result.sources,
        secrets: result.secrets,
        colour: wantsColor(Deno.stderr),
      }) + "\n",
    );
  }
  // Every mistake is on the screen already: nothing to add.
  if (!result.plan) throw new CliError("");
  return result.plan;
}

/** What `check` does: every mistake of every file on standard output. */
export async function checkFiles(
  files: readonly string[],
  options: { readonly set: readonly string[]; readonly json?: boolean },
): Promise<void> {
  const all: Diagnostic[] = [];
  for (const file of files) {
    const result = await parseFile(file, options.set);
    all.push(...result.diagnostics);
    if (options.json) continue;
    const text = formatDiagnostics(result.diagnostics, {
      sources: result.sources,
      secrets: result.secrets,
      colour: wantsColor(Deno.stdout),
    });
    print(text ? text + "\n" : `${file}: no mistakes\n`);
  }
  if (options.json) print(JSON.stringify(all, null, 2) + "\n");
  if (all.some((diagnostic) => diagnostic.level === "error")) throw new CliError("");
}

async function parseFile(file: string, sets: readonly string[]): Promise<ParseResult> {
  const text = await readText(file);
  const context = { ...surroundings, file };
  const named = customElementFiles(text, context);
  const custom = await loadCustomElements(named.files, elements);
  const result = parsePipeline(text, {
    ...context,
    registry: custom.registry,
    engineOptions,
    sets,
  });
  const diagnostics = [...named.diagnostics, ...custom.diagnostics, ...result.diagnostics];
  const failed = diagnostics.some((diagnostic) => diagnostic.level === "error");
  return { ...result, diagnostics, plan: failed ? undefined : result.plan };
}

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(file));
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Deno.errors.IsADirectory
      ? "it is a folder, expected a YAML file"
      : error instanceof TypeError
      ? "it is not text in UTF-8, expected a YAML file"
      : (error as Error).message;
    throw new CliError(`can't read the pipeline ${file}: ${reason}`);
  }
}
