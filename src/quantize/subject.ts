import { basename } from "node:path";
import { engineOf } from "../evaluate/detector.ts";
import type { EngineOptions } from "../elements/engine_options.ts";
import { cocoLabels, inputShape, type ModelContract, ModelError } from "../model/mod.ts";
import { type OnnxModel, readModel } from "../onnx/mod.ts";
import { readContract } from "../runtime/engines.ts";
import { type Calibration, type InputSize, modelHash } from "./calibration/mod.ts";
import { letterboxPart } from "./calibration/instrumented.ts";
import { checkExportable } from "./export/check.ts";
import {
  type ExistingQuantization,
  planQuantization,
  prepare,
  type QuantizationPlan,
} from "./graph/mod.ts";

/** A model that can become INT8. */
export interface Subject {
  /** As it is in its file. */
  readonly original: OnnxModel;
  /** As `prepare` made it. */
  readonly prepared: OnnxModel;
  /** Of the prepared one. */
  readonly plan: QuantizationPlan;
  /** What a calibration is made for. */
  readonly model: Calibration["model"];
  /** What the pipeline must know of it. */
  readonly contract: ModelContract;
  /** How it is run in float. */
  readonly engine: EngineOptions;
  /** Input sizes to look at it in, the largest last; none if it takes any and none was said. */
  readonly sizes: readonly InputSize[];
}

/**
 * Reads a model and finds what of it can be in INT8. All that can be wrong with it shows here,
 * before a picture is opened.
 *
 * @param engine `OPTION=VALUE` each, of a pipeline's engine: `range=0-1`, `device=GPU`.
 * @param sizes Of a model that takes pictures of any size.
 * @throws {ModelError} It can't be read, does not tell all that is needed, has Q/DQ already, is of
 * 16-bit floats, or has nothing that can be in INT8.
 * @throws {DataError} An engine option is wrong.
 * @throws {RangeError} A size is none that it takes.
 */
export async function openSubject(
  path: string,
  engine: readonly string[],
  sizes: readonly InputSize[],
): Promise<Subject> {
  return await subjectOf(engineOf(path, engine), sizes);
}

/**
 * As `openSubject`, of an engine's options.
 *
 * @throws {ModelError} As there.
 * @throws {RangeError} A size is none that it takes.
 */
export async function subjectOf(
  options: EngineOptions,
  sizes: readonly InputSize[],
): Promise<Subject> {
  const { model: path } = options;
  const original = readModel(path);
  const prepared = prepare(original);
  const first = planQuantization(prepared);
  if (first.existing) throw alreadyQuantized(path, first.existing);
  checkExportable(prepared, first);
  const contract = await contractOf(options);
  const settled = settledSizes(contract, sizes);
  const largest = settled.at(-1);
  const { input } = contract;
  const plan = largest
    ? planQuantization(prepared, { [input.name]: inputShape(input, largest) })
    : first;
  if (!plan.groups.some(({ weights }) => weights !== undefined)) {
    throw new ModelError("has no convolution or product with weights that could be in INT8", path);
  }
  const sha256 = await modelHash(path, original.external);
  return {
    original,
    prepared,
    plan,
    model: { file: basename(path), sha256 },
    contract,
    engine: options,
    sizes: settled,
  };
}

/** Names of classes are of no use here; a model without them is taken all the same where it can be. */
export async function contractOf(options: EngineOptions): Promise<ModelContract> {
  try {
    return await readContract(options, "--engine ");
  } catch (error) {
    if (!(error instanceof ModelError && error.options.join() === "labels")) throw error;
    return await readContract({ ...options, labels: [...cocoLabels] }, "--engine ")
      .catch(() => Promise.reject(error));
  }
}

/**
 * The sizes to look at a model in, the largest last.
 *
 * @throws {RangeError} It does not take one that is wished for.
 */
export function settledSizes(
  contract: ModelContract,
  wished: readonly InputSize[],
): InputSize[] {
  const { width, height } = contract.input;
  if (width !== null && height !== null) {
    const other = wished.find((size) => size.width !== width || size.height !== height);
    if (other) {
      throw new RangeError(
        `the size ${sizeText(other)} is of no use: the input of ${contract.path} is ` +
          `${width}x${height}, and no other`,
      );
    }
    return [{ width, height }];
  }
  for (const size of wished) letterboxPart(contract, size);
  return wished.toSorted((a, b) => a.width * a.height - b.width * b.height);
}

/** `640x480` */
export function sizeText({ width, height }: InputSize): string {
  return `${width}x${height}`;
}

function alreadyQuantized(
  path: string,
  { activations, weights, covered, missing }: ExistingQuantization,
): ModelError {
  const lacking = missing.length === 0 ? "" : `; ${missing.length} lack one on an input: ` +
    missing.slice(0, 5).join(", ") + (missing.length > 5 ? " …" : "");
  return new ModelError(
    `is quantised already, as a model trained with quantisation is: it has Q/DQ on ` +
      `${activations.length} activations and ${weights.length} weights, which cover ` +
      `${covered.length} of ${
        covered.length + missing.length
      } convolutions and products${lacking}. ` +
      "It is not quantised anew: run it as it is, or quantise the float model it comes from" +
      (missing.length === 0 ? "" : "; --complete adds what is lacking"),
    path,
  );
}
