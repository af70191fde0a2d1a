import type { ElementDeclaration } from "../../src/elements/declaration.ts";
import { elements } from "../../src/elements/index.ts";
import { engineOptions } from "../../src/elements/infer.ts";
import { type ParseContext, parsePipeline, type ParseResult } from "../../src/graph/parse.ts";

/** Parses with the real elements; what the surroundings hold is told by the test. */
export function parse(text: string, more: Partial<ParseContext> = {}): ParseResult {
  return parsePipeline(text, { ...context, ...more });
}

export const context: ParseContext = {
  file: "p.yaml",
  registry: elements,
  engineOptions,
  env: () => undefined,
  readFile: () => {
    throw new Error("no such file");
  },
};

/** `line:column level: message` each, as a test writes them down. */
export function lines(result: ParseResult): string[] {
  return result.diagnostics.map(({ level, message, position: { file, line, column } }) =>
    `${file === "p.yaml" ? "" : `${file}:`}${line}:${column} ${level}: ${message}`
  );
}

/** All declarations. */
export const declarations: readonly ElementDeclaration[] = [...elements.values()];

/** A pipeline that is right, for tests to spoil. */
export const good = `version: 1
cameras:
  clip: { file: clip.mp4 }
engines:
  detector: { model: m.onnx }
elements:
  - letterbox: { size: 640 }
  - infer: detector
  - nms: { score: 0.25 }
  - track
  - id: view
    overlay: { labels: true }
  - from: track
    events: { file: "events/{camera}.jsonl" }
`;
