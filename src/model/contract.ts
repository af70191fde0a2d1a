/** How a detection model's head is read. See `HeadFamily` in ffi/src/postprocess/detect.h. */
export type HeadFamily = "yolov8" | "yolov5" | "yolox" | "suppressed";

/** All that preprocessing and postprocessing need to know of a model. */
export interface ModelContract {
  /** File it was read from. */
  readonly path: string;
  /** How its output is read. */
  readonly family: HeadFamily;
  /** By class id. */
  readonly labels: readonly string[];
  /** Pixels a cell of each output level, finest first. */
  readonly strides: readonly number[];
  /** Its one input, and what to put into it. */
  readonly input: {
    readonly name: string;
    readonly layout: "NCHW" | "NHWC";
    readonly type: "f32" | "f16" | "u8";
    readonly order: "RGB" | "BGR" | "GREY";
    /** Pixels; null where the model takes any. */
    readonly width: number | null;
    readonly height: number | null;
    /** null: any. */
    readonly batch: number | null;
    /** A pixel becomes (value * scale - mean) / std. */
    readonly scale: number;
    readonly mean: readonly [number, number, number];
    readonly std: readonly [number, number, number];
    /** How the model was trained to be letterboxed. */
    readonly align: "center" | "top-left";
    readonly pad: number;
  };
}
