import { createHash } from "node:crypto";
import type { EngineOptions } from "../../elements/engine_options.ts";
import type { Position } from "../../graph/plan.ts";
import { readModel } from "../../onnx/read.ts";
import { checkBelongs } from "../../quantize/calibration/belongs.ts";
import type { Calibration, Preprocessing } from "../../quantize/calibration/calibration.ts";
import { CalibrationError } from "../../quantize/calibration/error.ts";
import { readCalibration } from "../../quantize/calibration/file.ts";
import { modelHash } from "../../quantize/calibration/hashes.ts";
import { PipelineError } from "../error.ts";

/** A calibration that an engine is to be made INT8 with. */
export interface Int8Use {
  readonly calibration: Calibration;
  /** Its path. */
  readonly path: string;
  /** SHA-256 of its file. */
  readonly sha256: string;
  /** Where the pipeline names it. */
  readonly position: Position;
  /** How pictures are put into the model, as a chain's part; set by `checkUse`. */
  letterbox: Readonly<Record<string, unknown>>;
}

/** Where an engine's options are written; `otherwise` for those that are not. */
export interface Places {
  readonly places: Readonly<Record<string, Position>>;
  readonly otherwise: Position;
}

/**
 * Reads the calibration that an engine names, if it names one.
 *
 * @param operators Of its model.
 * @throws {PipelineError} Precision int8 is wanted of a float model without one, of an INT8 model
 * with one, or it can't be read.
 */
export async function readUse(
  options: EngineOptions,
  operators: readonly string[],
  { places, otherwise }: Places,
): Promise<Int8Use | undefined> {
  if (options.precision !== "int8") return undefined;
  const { model, calibration: path } = options;
  const fail = (option: string, message: string, cause?: unknown): never => {
    throw new PipelineError(message, places[option] ?? otherwise, { cause });
  };
  const quantized = operators.some((name) => quantizing.test(name));
  if (path === undefined) {
    if (!quantized) fail("precision", await advice(model));
    return undefined;
  }
  if (quantized) {
    fail("calibration", `${model} is an INT8 model already (it has Q/DQ): leave out calibration`);
  }
  try {
    const bytes = await Deno.readFile(path).catch(() => new Uint8Array());
    const calibration = await readCalibration(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const found = await modelHash(model, readModel(model).external);
    const used = { file: model.split("/").at(-1)!, sha256: found };
    // All but what depends on the letterbox.
    const { preprocessing, sizes: [size] } = calibration;
    checkBelongs(calibration, { model: used, preprocessing, size: size ?? null }, path);
    return { calibration, path, sha256, position: places.calibration ?? otherwise, letterbox: {} };
  } catch (error) {
    if (!(error instanceof CalibrationError)) throw error;
    return fail("calibration", error.message, error);
  }
}

/**
 * Checks that a calibration was made with the letterbox that feeds the engine, of which this is the
 * part of a chain.
 *
 * @throws {PipelineError} It was made with another, or at other sizes.
 */
export function checkUse(use: Int8Use, letterbox: Readonly<Record<string, unknown>>): void {
  const { width, height, ...preprocessing } = letterbox;
  try {
    checkBelongs(use.calibration, {
      model: use.calibration.model,
      preprocessing: preprocessing as unknown as Preprocessing,
      size: { width: Number(width), height: Number(height) },
    }, use.path);
  } catch (error) {
    if (!(error instanceof CalibrationError)) throw error;
    throw new PipelineError(error.message, use.position, { cause: error });
  }
  use.letterbox = letterbox;
}

/** Operators of models that are in INT8, in Q/DQ's form and in others that OpenVINO reads. */
const quantizing = /^(QuantizeLinear|FakeQuantize|QLinear\w+|ConvInteger|MatMulInteger)$/;

/** What to say of a float model that is to be run in INT8. */
async function advice(model: string): Promise<string> {
  const beside = model.replace(/\.onnx$/i, "") + ".calibration.json";
  const there = await Deno.stat(beside).then(() => true, () => false);
  return `${model} is a float model, and a calibration is missing that tells how to make it INT8: ` +
    (there
      ? `name the one beside it, calibration: ${beside}`
      : `make one (lineside quantize ${model} --images FOLDER), then name it, ` +
        `calibration: ${beside}`);
}
