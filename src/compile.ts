import { loadCustomElements } from "./elements/custom.ts";
import { elements } from "./elements/index.ts";
import { engineOptions } from "./elements/infer.ts";
import {
  customElementFiles,
  type Diagnostic,
  formatDiagnostics,
  parseLaunch,
  parsePipeline,
  type ParseResult,
  type Plan,
} from "./graph/mod.ts";

/** How a pipeline is read. */
export interface CompileOptions {
  /** `PATH=VALUE` each, as `--set` takes them: `cameras.clip.file=a.mp4`. */
  readonly sets?: readonly string[];
}

/** A pipeline with mistakes: `message` has all of them, a line each with its place. */
export class PipelineMistakes extends Error {
  /** Its class. */
  override readonly name = "PipelineMistakes";

  /** The mistakes, and warnings beside them. */
  readonly diagnostics: readonly Diagnostic[];

  /** The message has the secrets of the pipeline taken out. */
  constructor(diagnostics: readonly Diagnostic[], secrets: readonly string[]) {
    super(formatDiagnostics(diagnostics, { secrets }));
    this.diagnostics = diagnostics;
  }
}

// `${env:…}` and `${file:…}` read these.
const surroundings = {
  env: (name: string) => Deno.env.get(name),
  readFile: (path: string) => Deno.readTextFileSync(path),
};

/**
 * Compiles the text of a pipeline file, with the custom elements that it names under `use:`.
 *
 * @param text YAML 1.2.
 * @param file What positions and messages call it.
 * @throws {PipelineMistakes} with every mistake there is.
 */
export async function parse(
  text: string,
  file: string = "pipeline.yaml",
  options: CompileOptions = {},
): Promise<Plan> {
  const named = customElementFiles(text, { ...surroundings, file });
  const custom = await loadCustomElements(named.files, elements);
  const result = parsePipeline(text, {
    ...surroundings,
    file,
    registry: custom.registry,
    engineOptions,
    sets: options.sets,
  });
  return planOf(result, [...named.diagnostics, ...custom.diagnostics]);
}

/**
 * Reads and compiles a pipeline file.
 *
 * @throws {PipelineMistakes} with every mistake there is.
 * @throws {Deno.errors.NotFound} there is no such file.
 */
export async function compile(file: string, options: CompileOptions = {}): Promise<Plan> {
  return await parse(await Deno.readTextFile(file), file, options);
}

/**
 * Compiles a launch line: `file location=clip.mp4 ! letterbox ! infer model=m.onnx ! nms ! events`.
 *
 * @throws {PipelineMistakes} with every mistake there is.
 */
export function compileLaunch(line: string): Plan {
  const context = { ...surroundings, file: "launch", registry: elements, engineOptions };
  return planOf(parseLaunch(line, context), []);
}

function planOf(result: ParseResult, more: readonly Diagnostic[]): Plan {
  const diagnostics = [...more, ...result.diagnostics];
  if (result.plan && !more.some(({ level }) => level === "error")) return result.plan;
  throw new PipelineMistakes(diagnostics, result.secrets);
}
