import {
  type Calibration,
  checkBelongs,
  preprocessingOf,
  readCalibration,
} from "../../quantize/calibration/mod.ts";
import { openSubject, type Subject } from "../../quantize/subject.ts";
import { checkCovers } from "../../quantize/targets.ts";
import { openNative } from "../../native/mod.ts";
import { runnerOf } from "../../runtime/int8/backend.ts";
import { CliError } from "../exit.ts";
import type { QuantizeOptions } from "./options.ts";
import { rangeIsUsage } from "./usage.ts";

/** A calibration, and the file that it is in. */
export interface Source {
  readonly calibration: Calibration;
  readonly path: string;
}

/** A model to calibrate. */
export async function opened(
  model: string,
  { engine, sizes = [] }: QuantizeOptions,
): Promise<Subject> {
  const subject = await openSubject(model, engine, sizes).catch(rangeIsUsage);
  const { precision } = subject.engine;
  if (precision !== "auto" && precision !== "fp32") {
    throw new CliError(`--engine precision: ${precision} is of no use: calibration is in fp32`);
  }
  if (subject.sizes.length === 0) {
    throw new CliError(`${model} takes any input size: say which, --sizes 320,480,640 for example`);
  }
  return subject;
}

/** A model with the calibration that was made for it. */
export async function reused(
  model: string,
  path: string,
  options: QuantizeOptions,
): Promise<{ subject: Subject; source: Source }> {
  const { engine, targets } = options;
  const calibration = await readCalibration(path);
  let subject = await openSubject(model, engine, []);
  const size = subject.sizes[0] ?? null;
  const preprocessing = preprocessingOf(subject.contract);
  checkBelongs(calibration, { model: subject.model, preprocessing, size }, path);
  if (!size) subject = await openSubject(model, engine, calibration.sizes).catch(rangeIsUsage);
  for (const target of targets) checkCovers(subject, calibration, target, path);
  return { subject, source: { calibration: withWeights(calibration, subject, options), path } };
}

/** With the weights that are wished for, that it was measured with, or that this processor needs. */
export function withWeights(
  calibration: Calibration,
  { engine }: Subject,
  { weights }: QuantizeOptions,
): Calibration {
  if (weights !== "auto") return { ...calibration, weights };
  if (calibration.weights) return calibration;
  const native = openNative();
  const saturates = runnerOf(native, { ...engine, backend: "openvino" })?.saturates ?? true;
  void native.close();
  return { ...calibration, weights: saturates ? "paired" : "free" };
}
