import { z } from "zod";
import {
  defineElement,
  type ElementDeclaration,
  type SourceElement,
} from "../elements/declaration.ts";
import type { EngineOptions } from "../elements/engine_options.ts";
import { ImageSource } from "../elements/image_source.ts";
import { elements } from "../elements/index.ts";
import { engineOptions } from "../elements/infer.ts";
import { parsePipeline, type Plan } from "../graph/mod.ts";
import { ModelError } from "../model/error.ts";
import { readContract } from "../runtime/engines.ts";
import { PipelineError } from "../runtime/error.ts";
import type { Detection } from "../runtime/packet.ts";
import { run } from "../runtime/run.ts";
import { DataError } from "./error.ts";

/** A model, and how it is run. */
export interface DetectorOptions {
  /** Path of the model. */
  readonly model: string;
  /** `OPTION=VALUE` each, of a pipeline's engine: `batch=8`, `labels=coco`, `range=0-1`. */
  readonly engine?: readonly string[];
  /** Pixels of the model's input: `640`, `640x384`. Of no use for a model that takes one size alone. */
  readonly size?: string;
  /** Least score of a detection; COCO's figures want 0.001. */
  readonly score?: number;
  /** Of two boxes of a class that overlap by more, the weaker goes. */
  readonly iou?: number;
  /** Most detections in a picture. */
  readonly most?: number;
  /** Class names to try, one list after the other, where the model's file has none. */
  readonly labels?: readonly (readonly string[])[];
}

/** A model that is ready to be run. */
export interface Detector {
  /** Class names by id. */
  readonly labels: readonly string[];
  /** Whether it takes pictures of any size, so that one has to be said. */
  readonly anySize: boolean;
  /** Runs it. */
  detect(pictures: readonly string[], options?: DetectOptions): Promise<Detected>;
}

/** While a model is run. */
export interface DetectOptions {
  /** Aborting it ends the run early. */
  readonly signal?: AbortSignal;
  /** Called after each picture with how many are done. */
  readonly onProgress?: (done: number) => void;
  /** Called for each picture that can't be decoded, and other warnings. */
  readonly onWarning?: (message: string) => void;
}

/** What a model found. */
export interface Detected {
  /** By picture; undefined: it could not be decoded. Boxes are in pixels of the picture. */
  readonly detections: readonly (readonly Detection[] | undefined)[];
  /** From the first picture to the last, the model's loading left out. */
  readonly seconds: number;
}

/**
 * Reads a model, so that whatever is wrong with it or with the options shows before a picture is
 * opened. It is run as in any pipeline: `letterbox`, `infer`, `nms`.
 *
 * @throws {ModelError} The model can't be read, or does not tell all that is needed.
 * @throws {DataError} An option is wrong.
 */
export async function openDetector(options: DetectorOptions): Promise<Detector> {
  let labels: readonly string[] | undefined;
  const contract = await readWith(undefined).catch(async (error) => {
    const asksForNames = error instanceof ModelError && error.options.join() === "labels";
    if (!asksForNames) throw error;
    for (const names of options.labels ?? []) {
      try {
        const contract = await readWith(names);
        labels = names;
        return contract;
      } catch {
        // Not as many as the model has classes.
      }
    }
    throw error;
  });
  const anySize = contract.input.width === null || contract.input.height === null;
  const settled = { ...options, size: anySize ? options.size : undefined };
  return {
    labels: contract.labels,
    anySize,
    detect: (pictures, more = {}) => detect(settled, labels, pictures, more),
  };

  function readWith(names: readonly string[] | undefined) {
    const plan = planOf(options, names, []);
    return readContract(plan.engines[0]!.options as EngineOptions, "--engine ");
  }
}

async function detect(
  options: DetectorOptions,
  labels: readonly string[] | undefined,
  pictures: readonly string[],
  { signal, onProgress, onWarning }: DetectOptions,
): Promise<Detected> {
  const detections: (readonly Detection[] | undefined)[] = pictures.map(() => undefined);
  let done = 0;
  let [first, last] = [0, 0];
  const source: SourceElement<Record<string, never>> = {
    ...elements.get("images") as SourceElement<Record<string, never>>,
    name: "pictures",
    options: z.strictObject({}),
    shorthand: undefined,
    open(_options, context) {
      first = performance.now();
      const location = pictures.length === 1 ? pictures[0]! : `${pictures.length} pictures`;
      const read = { location, files: pictures, fps: 10, realtime: false, loop: 1 };
      return new ImageSource(read, context);
    },
  };
  const sink = defineElement({
    name: "collect",
    summary: "Keeps what was found",
    role: "sink",
    accepts: ["detections"],
    gives: "same",
    options: z.strictObject({}),
    example: "collect",
    create: () => {
      // By now the model is loaded.
      first = performance.now();
      return {
        process(packet) {
          detections[packet.number] = packet.detections ?? [];
          last = performance.now();
          onProgress?.(++done);
          return packet;
        },
      };
    },
  });
  const plan = planOf(options, labels, [source, sink] as ElementDeclaration[]);
  const running = run(plan, {
    signal,
    onMessage({ level, message }) {
      if (level === "warning") onWarning?.(message);
    },
  });
  try {
    const { cameras } = await running.done;
    const failed = cameras.find(({ state }) => state === "failed");
    if (failed) throw new Error(`${options.model}: ${failed.error}`);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    const { file, line, column } = error.position;
    throw new DataError(
      options.model,
      error.message.replace(`${file}:${line}:${column} error: `, ""),
    );
  }
  return { detections, seconds: (last - first) / 1000 };
}

/**
 * What `OPTION=VALUE`s make of a model's engine.
 *
 * @throws {DataError} An option is wrong.
 */
export function engineOf(model: string, engine: readonly string[]): EngineOptions {
  return planOf({ model, engine }, undefined, []).engines[0]!.options as EngineOptions;
}

/** Of a pipeline with one camera; without own elements only its engine is of use. */
function planOf(
  { model, engine = [], size, score = 0.001, iou = 0.7, most = 300 }: DetectorOptions,
  labels: readonly string[] | undefined,
  own: readonly ElementDeclaration[],
): Plan {
  const pipeline = {
    version: 1,
    cameras: { images: own.length > 0 ? { pictures: {} } : { images: { location: "." } } },
    engines: { detector: { model, ...(labels && { labels }) } },
    elements: [
      { letterbox: {} },
      { infer: { engine: "detector" } },
      { nms: { score, iou, max: most, multiLabel: true } },
      own.length > 0 ? { collect: {} } : { null: {} },
    ],
  };
  const sets = [
    ...engine.map((option) => `engines.detector.${option}`),
    ...(size === undefined ? [] : [`elements.letterbox.size=${size}`]),
  ];
  // A path is a path: nothing in it is to be filled in.
  const text = JSON.stringify(pipeline).replaceAll("${", "$${");
  const registry = new Map([...elements, ...own.map((one) => [one.name, one] as const)]);
  const { plan, diagnostics } = parsePipeline(text, {
    file: "evaluate",
    registry,
    engineOptions,
    sets,
  });
  if (plan) return plan;
  const mistake = diagnostics.find(({ level }) => level === "error")!;
  const place = mistake.position.file.replace("--set engines.detector.", "--engine ")
    .replace("--set elements.letterbox.", "--");
  throw new DataError(place, mistake.message);
}
