/**
 * Lineside runs video-inspection pipelines: parse a pipeline file into a plan, run the plan.
 *
 * ```ts
 * import { compile, run } from "@lineside/lineside";
 *
 * const plan = await compile("pipelines/detect-file.yaml");
 * const running = run(plan, { onMessage: (message) => console.error(message.message) });
 * const report = await running.done;
 * console.log(report.cameras[0]?.framesOut);
 * ```
 *
 * A custom element is a module that exports what {@linkcode defineElement} returns, named in the
 * pipeline under `use:`.
 *
 * @module
 */
export { compile, compileLaunch, type CompileOptions, parse, PipelineMistakes } from "./compile.ts";
export { run } from "./runtime/run.ts";
export { PipelineError } from "./runtime/error.ts";
export { defineElement } from "./elements/declaration.ts";
export type {
  BaseContext,
  ElementBase,
  ElementContext,
  ElementDeclaration,
  ElementInstance,
  NativeContext,
  NativeElement,
  OptionsSchema,
  PacketStream,
  ScriptElement,
  Source,
  SourceContext,
  SourceElement,
} from "./elements/declaration.ts";
export type { PortType } from "./elements/ports.ts";
export type { ElementSummary, Figure, WrittenFiles } from "./elements/summary.ts";
export type { Counted, Crossing, Direction, ThingInView, Totals } from "./counting/counted.ts";
export type { Box, Point } from "./counting/geometry.ts";
export type {
  CameraPlan,
  Diagnostic,
  EnginePlan,
  LinkPlan,
  NodePlan,
  Plan,
  Position,
  QueuePolicy,
} from "./graph/plan.ts";
export type { HeadFamily, ModelContract } from "./model/contract.ts";
export type {
  ChainDone,
  EngineInfo,
  NativeChain,
  NativeEngine,
  NativeRuntime,
  NativeSink,
  NativeSource,
  SourceHandlers,
  SourceInfo,
} from "./native/api.ts";
export type { Drawing } from "./native/drawing.ts";
export type { Detection, Frame, FrameTensor, Packet } from "./runtime/packet.ts";
export type {
  BusMessage,
  CameraReport,
  ElementReport,
  Percentiles,
  Run,
  RunOptions,
  RunReport,
} from "./runtime/report.ts";
