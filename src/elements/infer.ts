import type { NativeElement } from "./declaration.ts";
import { type InferOptions, inferOptions } from "./engine_options.ts";

export { engineOptions } from "./engine_options.ts";
export type { EngineOptions } from "./engine_options.ts";

/** Runs a model on an engine that all cameras share. */
export const infer: NativeElement<InferOptions> = {
  name: "infer",
  role: "native",
  summary: "Runs a model; frames of all cameras share the batches of its engine",
  description: `The engine stands under engines: and is named here, or is described in place
(infer: { model: m.onnx }). What a model needs (size, channel order, range, how its head is read) is
taken from its file; what can't be told from that is asked for by name.`,
  accepts: ["tensor"],
  gives: "raw",
  options: inferOptions,
  shorthand: "engine",
  example: "infer: { engine: detector, batch: 8, maxDelay: 8ms }",
  part: (_options, context) => ({ engine: context.engine }),
};
