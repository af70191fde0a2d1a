/**
 * Pipeline files and launch lines become validated plans. Pure: files and the environment are read
 * through functions that are handed in.
 * @module
 */
export { customElementFiles, parsePipeline } from "./parse.ts";
export type { CustomElementFile, ParseContext, ParseResult } from "./parse.ts";
export type { Surroundings } from "./interpolate.ts";
export { parseLaunch } from "./launch.ts";
export { pipelineSchema } from "./json_schema.ts";
export type { JsonSchema } from "./json_schema.ts";
export { formatDiagnostic, formatDiagnostics, summary } from "./diagnostics.ts";
export type { FormatOptions } from "./diagnostics.ts";
export { drawingFormats, drawPlan } from "./draw/mod.ts";
export type { DrawingFormat } from "./draw/mod.ts";
export { redact } from "./secrets.ts";
export * from "./values.ts";
export type * from "./plan.ts";
