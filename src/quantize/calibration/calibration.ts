import type { WeightForm } from "../export/weights.ts";
import type { GoldenPicture } from "../golden/golden.ts";
import type { Range } from "./range.ts";
import type { InputSize } from "./instrumented.ts";
import type { Method } from "./method.ts";
import type { TensorHistogram } from "./histogram.ts";

/** How pictures were put into the model: all of a letterbox but its size. */
export interface Preprocessing {
  /** Where the picture lies. */
  readonly align: "center" | "top-left";
  /** Grey level around the picture. */
  readonly pad: number;
  /** Whether small pictures are enlarged. */
  readonly upscale: boolean;
  /** Order of the tensor's dimensions. */
  readonly layout: "NCHW" | "NHWC";
  /** Of the tensor's elements. */
  readonly type: "f32" | "f16" | "u8";
  /** Of the channels. */
  readonly order: "RGB" | "BGR" | "GREY";
  /** A pixel becomes (value * scale - mean) / std. */
  readonly scale: number;
  /** One a channel. */
  readonly mean: readonly number[];
  /** One a channel. */
  readonly std: readonly number[];
}

/** What is known of one tensor. */
export interface CalibratedTensor {
  /** As the ONNX model calls it. */
  readonly name: string;
  /** How its ranges were found; `auto` may have widened them by some per cent. */
  readonly method: Method;
  /** How the symmetric one was, where that is another method. */
  readonly symmetricMethod?: Method;
  /** For u8 with a zero point. */
  readonly asymmetric: Range;
  /** For s8; min = -max. */
  readonly symmetric: Range;
  /** One for each of the calibration's sizes. */
  readonly histograms: readonly TensorHistogram[];
}

/** What INT8 costs in accuracy and float in time, as it was measured on calibration pictures. */
export interface Sensitivity {
  /** Pictures it was measured on. */
  readonly images: number;
  /** What losses are taken against: objects drawn from the float model's answers, or annotations. */
  readonly measure: "expected" | "annotations";
  /** The float model's mean average precision by that measure, in points of a hundred. */
  readonly reference: number;
  /** Points that are lost with all groups in INT8 that were free to be. */
  readonly lossInt8: number;
  /** Points that are lost with the groups of the calibration's `float` in float. */
  readonly loss: number;
  /** Per cent more time a picture for that; undefined where it was not measured. */
  readonly slowdown?: number | undefined;
  /** The same of TensorRT's form with the groups of `floatTensorrt`; undefined where it was not made. */
  readonly tensorrt?: {
    readonly lossInt8: number;
    readonly loss: number;
    /** Estimated, for a GPU. */
    readonly slowdown?: number | undefined;
  } | undefined;
  /** Error at the output, in per cent, with that group alone in INT8. */
  readonly groups: readonly { readonly id: string; readonly damage: number }[];
}

/**
 * All that makes an INT8 model of a float one, whatever the backend: it belongs to one model, one
 * way of preparing pictures, and certain input sizes.
 */
export interface Calibration {
  /** What made it: `lineside 0.1.0`. */
  readonly tool: string;
  /** What it was made for. */
  readonly model: {
    /** Its name, without a folder. */
    readonly file: string;
    /** 64 hexadecimal digits, see `modelHash`. */
    readonly sha256: string;
  };
  /** What it was made of. */
  readonly images: {
    /** How many were looked at. */
    readonly count: number;
    /** How many more could not be decoded. */
    readonly skipped: number;
    /** 64 hexadecimal digits, of their names and contents. */
    readonly sha256: string;
  };
  /** Input sizes at which the model was run. */
  readonly sizes: readonly InputSize[];
  /** How pictures were put into it. */
  readonly preprocessing: Preprocessing;
  /**
   * What was asked for: `auto`, or a method as `parseMethod` takes it, or two with a stroke between
   * them: `percentile:99.999/percentile:99.99`, asymmetric ranges first.
   */
  readonly method: string;
  /** Each once. */
  readonly tensors: readonly CalibratedTensor[];
  /**
   * Set where the ranges are of the model after its channels were equalised, see `equalise`: that is
   * done again, from the weights, wherever it becomes INT8.
   */
  readonly equalised?: true;
  /**
   * What is added to each output channel's bias in the INT8 model of OpenVINO's form, by group, so
   * that it has the float model's mean.
   */
  readonly biases?: Readonly<Record<string, readonly number[]>>;
  /**
   * How weights are stored in the INT8 model of OpenVINO's form: what it was measured with. Where
   * nothing is said, a pipeline and `quantize` take what the processor needs.
   */
  readonly weights?: WeightForm;
  /** Groups that stay float, by id, where that was decided. */
  readonly float?: readonly string[];
  /** Those of TensorRT's form, where that was decided for itself; else it has those of `float`. */
  readonly floatTensorrt?: readonly string[];
  /** What decided that, where it was measured. */
  readonly sensitivity?: Sensitivity;
  /** Small pictures and what the float model answers on them, for a self-check. */
  readonly golden?: readonly GoldenPicture[];
}
