import { openNative } from "../native/mod.ts";
import { cacheNames } from "./cache_names.ts";
import {
  type Calibration,
  calibrationOf,
  type Method,
  type ObserveOptions,
  preprocessingOf,
} from "./calibration/mod.ts";
import { goldenDoubts } from "./golden/doubts.ts";
import { goldenPictures } from "./golden/make.ts";
import { channelTensors } from "./graph/mod.ts";
import { observeModel } from "./observe_model.ts";
import { floatModel } from "./transform/equalise.ts";
import type { Subject } from "./subject.ts";

/** How a model is calibrated. */
export interface CalibrateOptions extends Pick<ObserveOptions, "images" | "signal" | "progress"> {
  /** What makes it: `lineside 0.1.0`. */
  readonly tool: string;
  /** Of ranges for u8. */
  readonly method: Method;
  /** Of ranges for s8. */
  readonly symmetricMethod: Method;
  /** Ids of groups that are to stay float. */
  readonly float: readonly string[];
  /** Whether channels are equalised first, see `equalise`. */
  readonly equalise: boolean;
  /** Whether a TensorRT 8 cache is to be made of it, which needs more tensors. */
  readonly cache: boolean;
}

/** A calibration, and what is doubtful about it, in words. */
export interface Calibrated {
  readonly calibration: Calibration;
  readonly warnings: readonly string[];
}

/**
 * Runs pictures through a model in 32 bits, decoded and scaled as a pipeline does it, and finds
 * ranges for its tensors.
 *
 * @throws {CalibrationError} Not one picture can be decoded, or all are black.
 * @throws The signal's reason.
 */
export async function calibrate(subject: Subject, options: CalibrateOptions): Promise<Calibrated> {
  const { plan, contract, engine, sizes } = subject;
  const float = floatModel(subject, options.equalise);
  const inner = options.cache ? cacheNames(subject) : [];
  const tensors = [...plan.tensors, ...inner];
  const byChannel = channelTensors(plan);
  const { images, signal } = options;
  const native = openNative();
  try {
    const observed = await observeModel(float, {
      ...{ native, contract, engine, sizes, tensors, images, signal },
      progress: options.progress,
      channels: byChannel.size > 0,
      whole: new Set(inner),
    });
    const calibration = calibrationOf(observed, {
      tool: options.tool,
      model: subject.model,
      preprocessing: preprocessingOf(contract),
      input: contract.input.name,
      method: options.method,
      symmetricMethod: options.symmetricMethod,
      equalised: options.equalise,
      float: options.float,
      byChannel,
    });
    const golden = await goldenPictures({ native, contract, engine, sizes, images, signal });
    const warnings = [...observed.warnings, ...goldenDoubts(golden)];
    return { calibration: { ...calibration, golden }, warnings };
  } finally {
    await native.close();
  }
}
