import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import type { NativeEngine, NativeRuntime } from "../../native/mod.ts";
import { writeModel } from "../../onnx/write.ts";
import type { Calibration } from "../../quantize/calibration/mod.ts";
import type { WeightForm } from "../../quantize/export/weights.ts";
import { engineConfig, type EngineNeed } from "../engines.ts";
import { type Runner, runnerOf } from "./backend.ts";
import { gone, openCache, prune, use } from "./folder.ts";
import { ownVersion } from "./own_version.ts";
import type { Int8Use } from "./use.ts";

/** An engine that was made INT8. */
export interface Int8Engine {
  /** What it was opened for. */
  readonly need: EngineNeed;
  readonly engine: NativeEngine;
  readonly runner: Runner;
  /** Where what belongs to this model on this device, run like this, is kept. */
  readonly folder: string;
  /** The INT8 model. */
  readonly model: string;
  /** Whether the INT8 model was made now. */
  readonly made: boolean;
  /** What is to be said about the folder, if anything. */
  readonly problem?: string;
  /** Removes what is not to be kept. */
  close(): Promise<void>;
}

/**
 * Makes an INT8 model of a float one and its calibration, unless the cache has it, and opens it. What
 * is in the cache was made of the same model and calibration, by the same version of this program, for
 * the same version of the same backend and device. Other processes may do the same at once.
 *
 * @throws {Error} There is no backend, the model can't be made or opened, or the cache that was asked
 * for can't be written to.
 */
export async function openInt8(
  native: NativeRuntime,
  need: EngineNeed,
  calibrated: Int8Use,
): Promise<Int8Engine> {
  const { options, inputShape } = need;
  const runner = runnerOf(native, options);
  // The library says best what is missing.
  if (!runner) throw new Error(`there is no inference backend ${options.backend}`);
  const cache = await openCache(options.cache);
  try {
    const stem = basename(options.model).replace(/\.onnx$/i, "");
    const { calibration, sha256 } = calibrated;
    const weights = weightsFor(runner, calibration);
    const made = keyOf(ownVersion(), runner.backend, calibration.model.sha256, sha256, weights);
    const { batch, streams, threads } = options;
    const { version, device, name } = runner;
    const form = [batch, streams, threads, inputShape, need.native];
    const run = keyOf(version, device, name, form, cores());
    const home = join(cache.path, `${stem}-${made}`);
    const folder = join(home, run);
    await use(home);
    await use(folder);
    const model = join(home, `${stem}.int8.${runner.backend}.onnx`);
    const there = await Deno.stat(model).then(() => true, () => false);
    if (!there) await makeModel(need, calibrated, { target: runner.backend, weights }, model);
    const engine = await openCompiled(native, need, model, folder);
    if (!engine.info.cached) await prune(cache.path);
    const { problem } = cache;
    return {
      need,
      engine,
      runner,
      folder,
      model,
      made: !there,
      problem,
      close: () => cache.close(),
    };
  } catch (error) {
    await cache.close();
    throw error;
  }
}

/** Short and the same for the same parts. */
export const keyOf = (...parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);

/** Paired where others would saturate; else as it was measured. */
export function weightsFor({ saturates }: Runner, { weights }: Calibration): WeightForm {
  return saturates ? "paired" : weights ?? "free";
}

/** OpenVINO's compiled models depend on how many there are. */
const cores = () => navigator.hardwareConcurrency;

async function makeModel(
  { options, inputShape, model: contract }: EngineNeed,
  { calibration, path, letterbox }: Int8Use,
  { target, weights }: { target: Runner["backend"]; weights: WeightForm },
  file: string,
): Promise<void> {
  // Loaded only where a model is made: a start from the cache has no use for it.
  const { subjectOf } = await import("../../quantize/subject.ts");
  const { checkCovers, floatGroups, targetModel } = await import("../../quantize/targets.ts");
  const { width, height } = letterbox as { width: number; height: number };
  const free = inputShape !== null && contract.input.width === null;
  const subject = await subjectOf(options, free ? [{ width, height }] : []);
  checkCovers(subject, calibration, target, path);
  const wished = { ...calibration, weights };
  const float = floatGroups(calibration, target);
  writeModel(targetModel(subject, wished, target, float), file);
}

/**
 * Opens a model with the backend's own cache in `folder`. The backend does not write that in one go,
 * so it writes elsewhere, and what it wrote is put in place once it is whole.
 */
async function openCompiled(
  native: NativeRuntime,
  need: EngineNeed,
  model: string,
  folder: string,
): Promise<NativeEngine> {
  const compiled = join(folder, "compiled");
  const there = await Deno.stat(compiled).then(() => true, () => false);
  const cache = there ? compiled : `${compiled}.${crypto.randomUUID().slice(0, 8)}.part`;
  try {
    const engine = await native.openEngine({ ...engineConfig(need), model, cache });
    // Where another process was first, its own is as good.
    if (!there) await Deno.rename(cache, compiled).catch(() => gone(cache));
    return engine;
  } catch (error) {
    if (!there) await gone(cache);
    throw error;
  }
}
