import {
  type EngineOptions,
  engineOptions,
  type InferOptions,
} from "../elements/engine_options.ts";
import type { NativeContext } from "../elements/declaration.ts";
import { partContext } from "../elements/part_context.ts";
import type { NodePlan, Plan } from "../graph/plan.ts";
import { type HeadFamily, inputShape, inspectModel, type ModelContract } from "../model/mod.ts";
import { readModelFile } from "../model/read.ts";
import type { NativeEngine, NativeRuntime } from "../native/mod.ts";
import { PipelineError, reasonOf } from "./error.ts";
import { fedBy, nativeAround } from "./groups.ts";
import { checkUse, type Int8Use, readUse } from "./int8/use.ts";

/** Families whose outputs `nms` can also read before a model's own last steps. */
const undecoded: readonly HeadFamily[] = ["yolov8", "yolox"];

/** An engine that a plan needs. */
export interface EngineNeed {
  readonly name: string;
  readonly options: EngineOptions;
  readonly model: ModelContract;
  /** Fixes the input of a model that takes any size: n, channels, height, width. */
  readonly inputShape: readonly number[] | null;
  /** The calibration that it is made INT8 with, if it is. */
  readonly int8?: Int8Use;
  /** Whether it has Q/DQ already, which the backend may need in another form. */
  readonly quantized: boolean;
  /** What lies between chains and engine may be of whatever form is fastest; else the model's own. */
  readonly native: {
    /** Every picture comes straight from a letterbox. */
    input: boolean;
    /** Every output goes straight to `nms`. */
    decode: boolean;
  };
}

/** What a plan needs of engines and models: worked out from files, before anything is opened. */
export interface Needs {
  readonly engines: readonly EngineNeed[];
  /** By the id of each node that has to do with a model: those that lead to it, or come after. */
  readonly byNode: ReadonlyMap<string, EngineNeed>;
}

/**
 * Reads the models that a plan names, and checks that the elements around them fit.
 *
 * @throws {PipelineError} a model can't be read or does not tell what is needed, or an element's
 * options contradict it.
 */
export async function readNeeds(plan: Plan): Promise<Needs> {
  const engines = new Map<string, EngineNeed>();
  const byNode = new Map<string, EngineNeed>();
  for (const node of plan.nodes) {
    if (node.element.name !== "infer") continue;
    const { name, options } = engineOf(plan, node);
    const key = JSON.stringify([name, options]);
    let need = engines.get(key);
    if (!need) {
      const model = await readModel(options, `engines.${name}.`, node);
      const places = plan.engines.find((engine) => engine.name === name)?.places ?? {};
      const { operators } = readModelFile(options.model);
      const int8 = await readUse(options, operators, { places, otherwise: node.position });
      const shape = freeShape(plan, node, options, model);
      const quantized = operators.includes("QuantizeLinear");
      const native = { input: true, decode: true };
      need = { name, options, model, inputShape: shape, int8, quantized, native };
      engines.set(key, need);
    }
    const letterbox = letterboxBefore(plan, node, need.model);
    if (need.int8 && letterbox) checkUse(need.int8, letterbox);
    // An engine is one for all its chains: none of them may need the model's own tensors.
    const around = nativeAround(plan.nodes, node);
    need.native.input &&= around.before === "letterbox";
    need.native.decode &&= around.after === "nms" && undecoded.includes(need.model.family);
    spread(plan, node, need, byNode);
  }
  for (const node of plan.nodes) {
    // Only to find mistakes; a chain asks again, with the engine's handle.
    if (node.element.role === "native") partOf(node, { model: byNode.get(node.id)?.model });
  }
  return { engines: [...engines.values()], byNode };
}

/**
 * A native node's part of its chain's configuration.
 *
 * @throws {PipelineError} its options do not fit the model.
 */
export function partOf(
  node: NodePlan,
  known: Pick<NativeContext, "model" | "engine">,
): Record<string, unknown> {
  if (node.element.role !== "native") throw new TypeError(`${node.id} is no native element`);
  try {
    return node.element.part(node.options, partContext(node.id, known));
  } catch (error) {
    throw new PipelineError(`${node.id}: ${reasonOf(error)}`, node.position, { cause: error });
  }
}

/** The engine that an `infer` node means, with what it says differently. */
function engineOf(plan: Plan, node: NodePlan): { name: string; options: EngineOptions } {
  const { engine, ...own } = node.options as InferOptions;
  const name = engine ?? (own.model || plan.engines.length !== 1 ? node.id : plan.engines[0]!.name);
  const base = plan.engines.find((candidate) => candidate.name === name)?.options ?? {};
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const options = engineOptions.safeParse({ ...base, ...said });
  if (options.success) return { name, options: options.data };
  const issue = options.error.issues[0]!;
  throw new PipelineError(
    `${node.id}: engine ${name}: ${issue.path.join(".")}: ${issue.message}`,
    node.position,
  );
}

async function readModel(
  options: EngineOptions,
  prefix: string,
  node: NodePlan,
): Promise<ModelContract> {
  try {
    return await readContract(options, prefix);
  } catch (error) {
    throw new PipelineError(reasonOf(error), node.position, { cause: error });
  }
}

/**
 * Reads the model of an engine; `prefix` is how messages name the engine's options.
 *
 * @throws {ModelError} it can't be read or does not tell what is needed.
 */
export function readContract(options: EngineOptions, prefix: string): Promise<ModelContract> {
  const { range, scale } = options;
  return inspectModel(options.model, {
    ...options,
    scale: scale ?? (range === "0-1" ? 1 / 255 : range === "0-255" ? 1 : undefined),
  }, prefix);
}

/** Shape for a model with free dimensions, from the letterbox that feeds it; null if it has none. */
function freeShape(
  plan: Plan,
  infer: NodePlan,
  options: EngineOptions,
  model: ModelContract,
): readonly number[] | null {
  const { width, height } = model.input;
  if (width !== null && height !== null) return null;
  const letterbox = letterboxBefore(plan, infer, model);
  return letterbox ? inputShape(model.input, letterbox, options.batch) : null;
}

/** The letterbox that feeds an `infer` node, as a chain's part. */
function letterboxBefore(plan: Plan, infer: NodePlan, model: ModelContract) {
  const feeder = plan.nodes.find((node) => node.id === infer.from);
  const part = feeder && partOf(feeder, { model });
  return part?.letterbox as { width: number; height: number; [key: string]: unknown } | undefined;
}

/** Notes the need for the native nodes that lead to `infer`, and for all that come after it. */
function spread(
  plan: Plan,
  infer: NodePlan,
  need: EngineNeed,
  byNode: Map<string, EngineNeed>,
): void {
  const parent = plan.nodes.find((node) => node.id === infer.from);
  // One that feeds several engines goes by the first, which the others must agree with.
  if (parent?.element.role === "native" && !byNode.has(parent.id)) byNode.set(parent.id, need);
  const follow = (node: NodePlan) => {
    byNode.set(node.id, need);
    for (const next of fedBy(plan.nodes, node.id)) follow(next);
  };
  follow(infer);
}

/** Loads an engine. */
export function openEngine(native: NativeRuntime, need: EngineNeed): Promise<NativeEngine> {
  return native.openEngine(engineConfig(need));
}

/** What the library is told of an engine. */
export function engineConfig({ options, inputShape, native }: EngineNeed): Record<string, unknown> {
  return {
    backend: options.backend,
    model: options.model,
    precision: options.precision,
    ...(options.device !== undefined && { device: options.device }),
    streams: options.streams,
    threads: options.threads,
    batch: options.batch,
    maxDelay: options.maxDelay,
    cache: options.cache,
    inputShape,
    input: native.input ? "native" : "model",
    decode: native.decode ? "native" : "model",
  };
}
