/** One object found in a picture. */
export interface Detection {
  /** The label, or `class 7` where the model names none. */
  readonly class: string;
  /** Index of the class in the model. */
  readonly classId: number;
  /** 0 to 1. */
  readonly score: number;
  /** x1, y1, x2, y2 in source pixels. */
  readonly box: readonly [number, number, number, number];
  /** Positive; only on confirmed tracks. */
  readonly track?: number;
}

/** A tensor of one picture. */
export interface FrameTensor {
  /** As the model calls it. */
  readonly name: string;
  /** Of an element; f16 and bf16 come as raw 16-bit words. */
  readonly type: "f32" | "f16" | "u8" | "bf16" | "i32" | "i64";
  /** The first dimension is 1. */
  readonly shape: readonly number[];
  /** All elements, in the shape's order. */
  readonly data: Float32Array | Uint16Array | Uint8Array | Int32Array | BigInt64Array;
}

/** A native picture, known by handle. Reference-counted: who keeps it past its turn retains it. */
export interface Frame {
  /** Its number in the native library. */
  readonly handle: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Of its pixels. */
  readonly format: "NV12" | "I420" | "YUYV" | "GREY" | "RGB" | "BGR";
  /** Adds a reference; returns this frame. */
  retain(): Frame;
  /** Gives one reference back; the last one frees the picture. */
  release(): void;
  /** Copies the pixels out as packed rows: width*height*3 (RGB) or *1 (GREY) bytes. */
  read(format: "RGB" | "GREY"): Uint8Array<ArrayBuffer>;
  /** Copies a tensor out, after `letterbox` (0: its input) or `infer` (its outputs, from 0). */
  tensor(index: number): FrameTensor;
}

/** What flows through a pipeline: a picture and what is known about it. Immutable by convention. */
export interface Packet {
  /** Name of the camera it came from. */
  readonly camera: string;
  /** Index in its source from 0; gaps are drops. */
  readonly number: number;
  /** Seconds of stream time. */
  readonly pts: number;
  /** Seconds of the monotonic clock (`now()` of the native library) at capture. */
  readonly captured: number;
  /** The picture. */
  readonly frame: Frame;
  /** What was found in it; undefined before anything looked. */
  readonly detections?: readonly Detection[];
  /** What elements add for those after them, by element id: counts, verdicts … */
  readonly data?: Readonly<Record<string, unknown>>;
}
