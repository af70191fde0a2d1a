import { join } from "node:path";
import type { EngineOptions } from "../elements/engine_options.ts";
import { type OnnxModel, withOutputs, writeModel } from "../onnx/mod.ts";
import { type Observed, observeImages, type ObserveOptions } from "./calibration/mod.ts";
import { derivations, withDerived } from "./derived_tensors.ts";
import { scratchFolder } from "./scratch.ts";

/** What is looked at, on what. */
export interface ObserveModelOptions extends Omit<ObserveOptions, "model" | "outputs" | "engine"> {
  /** How the model is run; in 32 bits whatever it says. */
  readonly engine: EngineOptions;
  /** Tensors whose channels don't matter, if they are told apart. */
  readonly whole?: ReadonlySet<string>;
}

/**
 * Counts what values inner tensors of a model take on pictures. The model with them as outputs is in
 * the system's temporary folder meanwhile. Those that follow from others are not counted.
 *
 * @throws {CalibrationError} Not one picture can be decoded, or all are black.
 * @throws The signal's reason.
 */
export async function observeModel(
  model: OnnxModel,
  { engine, whole = new Set(), ...options }: ObserveModelOptions,
): Promise<Observed> {
  const { contract } = options;
  const derived = derivations(model, options.tensors, whole);
  const tensors = options.tensors.filter((name) => !derived.has(name));
  const observable = withOutputs(model, tensors.filter((name) => name !== contract.input.name));
  const { backend, device, threads } = engine;
  const scratch = scratchFolder();
  try {
    const path = join(scratch.path, "observed.onnx");
    writeModel(observable, path);
    const observed = await observeImages({
      ...options,
      tensors,
      model: path,
      outputs: observable.graph.output.map(({ name }) => name ?? ""),
      engine: { backend, threads, ...(device !== undefined && { device }) },
    });
    return withDerived(observed, options.tensors, derived);
  } finally {
    scratch.remove();
  }
}
