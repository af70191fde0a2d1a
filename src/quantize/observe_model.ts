import { join } from "node:path";
import type { EngineOptions } from "../elements/engine_options.ts";
import { type OnnxModel, withOutputs, writeModel } from "../onnx/mod.ts";
import { type Observed, observeImages, type ObserveOptions } from "./calibration/mod.ts";
import { scratchFolder } from "./scratch.ts";

/** What is looked at, on what. */
export interface ObserveModelOptions extends Omit<ObserveOptions, "model" | "outputs" | "engine"> {
  /** How the model is run; in 32 bits whatever it says. */
  readonly engine: EngineOptions;
}

/**
 * Counts what values inner tensors of a model take on pictures. The model with them as outputs is in
 * the system's temporary folder meanwhile.
 *
 * @throws {CalibrationError} Not one picture can be decoded, or all are black.
 * @throws The signal's reason.
 */
export async function observeModel(
  model: OnnxModel,
  { engine, ...options }: ObserveModelOptions,
): Promise<Observed> {
  const { tensors, contract } = options;
  const observable = withOutputs(model, tensors.filter((name) => name !== contract.input.name));
  const { backend, device, threads } = engine;
  const scratch = scratchFolder();
  try {
    const path = join(scratch.path, "observed.onnx");
    writeModel(observable, path);
    return await observeImages({
      ...options,
      model: path,
      outputs: observable.graph.output.map(({ name }) => name ?? ""),
      engine: { backend, threads, ...(device !== undefined && { device }) },
    });
  } finally {
    scratch.remove();
  }
}
