import { type OnnxModel, writeModel } from "../onnx/mod.ts";
import { cacheNames, floatInCache, floatNames } from "./cache_names.ts";
import {
  type Calibration,
  CalibrationError,
  channelRanges,
  type Method,
  type Scheme,
} from "./calibration/mod.ts";
import { exportCache, exportOpenvino, exportTensorrt, type Ranges } from "./export/mod.ts";
import { unsignedActivations } from "./complete/unsigned.ts";
import type { QuantGroup } from "./graph/mod.ts";
import { addToBiases } from "./transform/biases.ts";
import { writeWhole } from "../whole_file.ts";
import { floatModel } from "./transform/equalise.ts";
import type { Subject } from "./subject.ts";

/** What INT8 models are made for. */
export const targets = ["openvino", "tensorrt", "cache"] as const;

/** One of them: OpenVINO, TensorRT with Q/DQ, TensorRT 8 by a calibration cache. */
export type Target = typeof targets[number];

const suffixes: Readonly<Record<Target, string>> = {
  openvino: ".int8.openvino.onnx",
  tensorrt: ".int8.tensorrt.onnx",
  cache: ".int8.cache",
};

/** The path of what is made for a target of `stem.onnx`. */
export function targetPath(stem: string, target: Target): string {
  return stem + suffixes[target];
}

/** Where nothing else is asked for: what did best on YOLOv8n with the Q/DQ of each kind of engine. */
export const defaultMethods: Readonly<Record<Scheme, Method>> = {
  asymmetric: { name: "percentile", value: 99.999 },
  symmetric: { name: "percentile", value: 99.99 },
};

/** Ids of the groups that a calibration keeps float for a target. */
export function floatGroups(
  { float = [], floatTensorrt = float }: Pick<Calibration, "float" | "floatTensorrt">,
  target: Target,
): Set<string> {
  return new Set(target === "openvino" ? float : floatTensorrt);
}

/** The groups that are in INT8 for a target: not the same for all, see the exporters. */
export function activeGroups(
  subject: Pick<Subject, "prepared" | "plan">,
  target: Target,
  keepFloat: ReadonlySet<string>,
): QuantGroup[] {
  const { groups } = subject.plan;
  if (target === "cache") {
    const float = floatInCache(subject, keepFloat);
    return groups.filter((group) => !float.includes(group));
  }
  return groups.filter(({ id, kind }) =>
    !keepFloat.has(id) && !(target === "openvino" && kind === "sum") &&
    !(target === "tensorrt" && kind === "depthwise")
  );
}

/**
 * Checks that a calibration has all tensors that a target needs, and knows the model's groups.
 *
 * @param path Of the calibration, for the message.
 * @throws {CalibrationError} It lacks some, keeps a group float that the model does not have, or is of
 * the equalised model, for which there is no cache.
 */
export function checkCovers(
  subject: Subject,
  calibration: Calibration,
  target: Target,
  path: string,
): void {
  const strange = [...floatGroups(calibration, target)].find((id) =>
    subject.plan.groups.every((one) => one.id !== id)
  );
  if (strange !== undefined) {
    throw new CalibrationError(
      `keeps the group ${strange} float, which the model does not have`,
      path,
    );
  }
  if (target === "cache" && calibration.equalised) {
    throw new CalibrationError(
      "is of the equalised model, and a TensorRT 8 cache would be for the model as it is in its " +
        "file: use --targets openvino,tensorrt, or calibrate again without --equalise",
      path,
    );
  }
  const known = new Set(calibration.tensors.map(({ name }) => name));
  const needed = [...subject.plan.tensors, ...target === "cache" ? cacheNames(subject) : []];
  const missing = needed.filter((name) => !known.has(name));
  if (missing.length === 0) return;
  throw new CalibrationError(
    `lacks ${missing.length} of ${needed.length} tensors that the target ${target} needs, ` +
      `${missing[0]} for one: calibrate again with --targets ${target}`,
    path,
  );
}

/**
 * Makes what a target wants of a calibrated model, and writes it to a file: whole, or not at all.
 *
 * @throws {RangeError} A tensor's range is missing.
 */
export function writeTarget(
  subject: Subject,
  calibration: Calibration,
  target: Target,
  keepFloat: ReadonlySet<string>,
  path: string,
): void {
  if (target !== "cache") {
    return writeModel(targetModel(subject, calibration, target, keepFloat), path);
  }
  const ranges = rangesOf(calibration, "symmetric");
  writeWhole(path, exportCache(subject.original, ranges, floatNames(subject, keepFloat)));
}

/**
 * The INT8 model that a calibration gives, for an engine that takes Q/DQ: the one that `writeTarget`
 * writes, and that is measured before.
 *
 * @throws {RangeError} A tensor's range is missing.
 */
export function targetModel(
  subject: Subject,
  calibration: Calibration,
  target: "openvino" | "tensorrt",
  keepFloat: ReadonlySet<string>,
): OnnxModel {
  const { plan } = subject;
  const model = floatModel(subject, calibration.equalised ?? false);
  if (target === "openvino") {
    // What is float shifts nothing itself.
    const corrections = Object.fromEntries(
      Object.entries(calibration.biases ?? {}).filter(([id]) => !keepFloat.has(id)),
    );
    return exportOpenvino(model, plan, rangesOf(calibration, "asymmetric"), keepFloat, {
      channels: channelRanges(calibration),
      weights: calibration.weights,
      transform: (model) => addToBiases(model, plan, corrections),
    });
  }
  const ranges = rangesOf(calibration, "symmetric");
  return exportTensorrt(model, plan, ranges, keepFloat, { half: true });
}

/**
 * The INT8 model that is measured to choose ranges and to tell what is lost: OpenVINO's as it is, or
 * what computes in floats what TensorRT's does in INT8.
 *
 * @param scheme Whose ranges: for u8, OpenVINO's, or for s8, TensorRT's.
 * @throws {RangeError} A tensor's range is missing.
 */
export function measuredModel(
  subject: Subject,
  calibration: Calibration,
  scheme: Scheme,
  keepFloat: ReadonlySet<string>,
): OnnxModel {
  if (scheme === "asymmetric") return targetModel(subject, calibration, "openvino", keepFloat);
  const model = floatModel(subject, calibration.equalised ?? false);
  const ranges = rangesOf(calibration, "symmetric");
  const made = exportTensorrt(model, subject.plan, ranges, keepFloat, { plainWeights: true });
  return unsignedActivations(made) ?? made;
}

function rangesOf({ tensors }: Calibration, scheme: Scheme): Ranges {
  return new Map(tensors.map((tensor) => [tensor.name, tensor[scheme]]));
}
