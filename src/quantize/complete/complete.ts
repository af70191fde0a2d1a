import type { EngineOptions } from "../../elements/engine_options.ts";
import { ModelError } from "../../model/mod.ts";
import { openNative } from "../../native/mod.ts";
import { type OnnxModel, readModel } from "../../onnx/mod.ts";
import {
  calibrationOf,
  type InputSize,
  type Method,
  type ObserveOptions,
  preprocessingOf,
} from "../calibration/mod.ts";
import { planQuantization, type QuantGroup } from "../graph/mod.ts";
import { type KeepWishes, keptGroups } from "../keep.ts";
import { observeModel } from "../observe_model.ts";
import { contractOf, settledSizes } from "../subject.ts";
import { type Added, addMissing, neededTensors } from "./add.ts";
import { floatActivations } from "./float.ts";
import { type ActivationForm, checkExisting } from "./check.ts";

/** A model with Q/DQ, of which it is known what it lacks. */
export interface Incomplete {
  readonly model: OnnxModel;
  readonly engine: EngineOptions;
  readonly form: ActivationForm;
  readonly sizes: readonly InputSize[];
  /** Ids of groups that are in INT8 already. */
  readonly covered: readonly string[];
  /** Groups to complete. */
  readonly lacking: readonly QuantGroup[];
  /** Activations that have to be observed for that. */
  readonly tensors: readonly string[];
}

/**
 * Reads a model that has Q/DQ and checks what is there.
 *
 * @throws {ModelError} It has none, what it has is damaged, or it can't be read.
 * @throws {RangeError} A pattern fits no group, or the size is none that it takes.
 */
export async function openIncomplete(
  engine: EngineOptions,
  sizes: readonly InputSize[],
  keep: KeepWishes,
): Promise<Incomplete> {
  const model = readModel(engine.model);
  const plan = planQuantization(model);
  const { existing, groups } = plan;
  if (!existing) {
    throw new ModelError("has no Q/DQ to complete: leave out --complete", engine.model);
  }
  const form = checkExisting(model);
  const contract = await contractOf(engine);
  const kept = keep.head || keep.patterns.length > 0 ? keptGroups(plan, keep) : new Set<string>();
  const lacking = groups.filter(({ id }) => existing.missing.includes(id) && !kept.has(id));
  if (lacking.length > 0 && model.opset < 13) {
    throw new ModelError(
      `is of opset ${model.opset}, which has no scales by channel: export it with opset 13 or newer`,
      engine.model,
    );
  }
  return {
    model,
    engine,
    form,
    sizes: settledSizes(contract, sizes),
    covered: existing.covered,
    lacking,
    tensors: neededTensors(model, lacking),
  };
}

/** What a completion works with. */
export interface CompleteOptions extends Pick<ObserveOptions, "images" | "signal" | "progress"> {
  /** Of ranges. */
  readonly method: Method;
}

/**
 * Observes on images what is to be quantised, the model being run with its weights as they are and its
 * activations in float, and adds what it lacks.
 *
 * @returns The completed model, and what is doubtful about the images, in words.
 * @throws {CalibrationError} Not one picture can be decoded, or all are black.
 * @throws The signal's reason.
 */
export async function complete(
  incomplete: Incomplete,
  options: CompleteOptions,
): Promise<Added & { readonly warnings: readonly string[] }> {
  const { model, lacking, form, tensors } = incomplete;
  if (tensors.length === 0) {
    return { ...addMissing(model, lacking, new Map(), form), warnings: [] };
  }
  const { ranges, warnings } = await observe(incomplete, options);
  return { ...addMissing(model, lacking, ranges, form), warnings };
}

async function observe(
  { model, engine, form, sizes, tensors }: Incomplete,
  { images, method, signal, progress }: CompleteOptions,
) {
  const contract = await contractOf(engine);
  const native = openNative();
  try {
    const looked = { native, contract, engine, sizes, tensors, images, signal, progress };
    const observed = await observeModel(floatActivations(model), looked);
    const calibration = calibrationOf(observed, {
      tool: "",
      model: { file: "", sha256: "" },
      preprocessing: preprocessingOf(contract),
      input: contract.input.name,
      method,
    });
    const ranges = new Map(
      calibration.tensors.map((tensor) => [
        tensor.name,
        form.symmetric ? tensor.symmetric : tensor.asymmetric,
      ]),
    );
    return { ranges, warnings: observed.warnings };
  } finally {
    await native.close();
  }
}
