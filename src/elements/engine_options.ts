import { z } from "zod";
import { duration } from "../graph/values.ts";

const channels = z.union([z.number(), z.array(z.number()).length(3)]);

/** What can be said of an engine; which of it must be said depends on where it stands. */
const fields = {
  model: z.string().min(1).describe("Path of the model, an ONNX file"),
  backend: z.enum(["auto", "openvino", "tensorrt"]).describe(
    "What runs it; auto: tensorrt where it is found, else openvino",
  ),
  precision: z.enum(["auto", "fp32", "bf16", "fp16", "int8"]).describe(
    "What it computes in; auto leaves it to the backend and the device",
  ),
  device: z.string().min(1).describe("The backend's name for where it runs, CPU or GPU.1 say"),
  streams: z.number().int().min(0).max(64).describe("Batches that run in parallel; 0: by itself"),
  threads: z.number().int().min(0).max(1024).describe("Threads in all; 0: by itself"),
  batch: z.number().int().min(1).max(256).describe("Most pictures in one batch"),
  maxDelay: duration().describe("Longest wait of a picture for its batch to fill"),
  cache: z.string().describe(
    "Folder for compiled models; an empty text: none, but with a calibration the user's own " +
      "(~/.cache/lineside)",
  ),
  calibration: z.string().min(1).describe(
    "What quantize wrote for the model, m.calibration.json: it is run in INT8 then; with " +
      "precision int8 alone",
  ),
  selfCheck: z.enum(["refuse", "warn", "off"]).describe(
    "What becomes of an INT8 model that no longer finds what the float one found in the " +
      "calibration's pictures",
  ),
  compareSpeed: z.boolean().describe(
    "Whether an INT8 model is timed against the 16-bit one, once, and a slower one told of",
  ),
  family: z.enum(["yolov8", "yolov5", "yolox", "suppressed"]).describe(
    "How the model's head is read, where the file does not tell: yolov8 (also 11), yolov5, yolox, " +
      "or suppressed (boxes that need no nms)",
  ),
  labels: z.union([z.string().min(1), z.array(z.string())]).describe(
    "Class names by id, or a text file with one a line, or coco",
  ),
  range: z.enum(["0-1", "0-255"]).describe("What the model wants pixels to be in; short for scale"),
  scale: z.number().positive().describe("A pixel becomes (value * scale - mean) / std"),
  mean: channels.describe("One number, or one a channel; after scale"),
  std: channels.describe("One number, or one a channel"),
  order: z.enum(["RGB", "BGR", "GREY"]).describe("Channels the model wants"),
  layout: z.enum(["NCHW", "NHWC"]).describe("Order of the input's dimensions"),
  align: z.enum(["center", "top-left"]).describe("How the model was trained to be letterboxed"),
  pad: z.number().int().min(0).max(255).describe("Grey level it was trained to be padded with"),
};

const unset = {
  calibration: fields.calibration.optional(),
  device: fields.device.optional(),
  family: fields.family.optional(),
  labels: fields.labels.optional(),
  range: fields.range.optional(),
  scale: fields.scale.optional(),
  mean: fields.mean.optional(),
  std: fields.std.optional(),
  order: fields.order.optional(),
  layout: fields.layout.optional(),
  align: fields.align.optional(),
  pad: fields.pad.optional(),
};

/** Defaults of what `unset` does not list. */
export const engineDefaults = {
  backend: "auto",
  precision: "auto",
  streams: 0,
  threads: 0,
  batch: 1,
  maxDelay: 0.008,
  cache: "",
  selfCheck: "refuse",
  compareSpeed: true,
} as const;

/** An entry of a pipeline's `engines:`. */
export const engineOptions = z.strictObject({
  model: fields.model,
  backend: fields.backend.default(engineDefaults.backend),
  precision: fields.precision.default(engineDefaults.precision),
  streams: fields.streams.default(engineDefaults.streams),
  threads: fields.threads.default(engineDefaults.threads),
  batch: fields.batch.default(engineDefaults.batch),
  maxDelay: fields.maxDelay.default(engineDefaults.maxDelay),
  cache: fields.cache.default(engineDefaults.cache),
  selfCheck: fields.selfCheck.default(engineDefaults.selfCheck),
  compareSpeed: fields.compareSpeed.default(engineDefaults.compareSpeed),
  ...unset,
}).superRefine(({ calibration, precision }, context) => {
  if (calibration === undefined || precision === "int8") return;
  context.addIssue({
    code: "custom",
    path: ["calibration"],
    message: precision === "auto"
      ? "is of use with `precision: int8` alone, and no precision is given"
      : `is of use with \`precision: int8\` alone, and the precision is ${precision}`,
  });
});

/** Parsed options of an engine. */
export type EngineOptions = z.output<typeof engineOptions>;

/** Options of `infer`: the engine by name, and what differs for it here; or a model, in place. */
export const inferOptions = z.strictObject({
  engine: z.string().min(1).optional().describe(
    "Name of an engine under engines:; left out: the only one, or the one that model describes",
  ),
  model: fields.model.optional(),
  backend: fields.backend.optional(),
  precision: fields.precision.optional(),
  streams: fields.streams.optional(),
  threads: fields.threads.optional(),
  batch: fields.batch.optional(),
  maxDelay: fields.maxDelay.optional(),
  cache: fields.cache.optional(),
  selfCheck: fields.selfCheck.optional(),
  compareSpeed: fields.compareSpeed.optional(),
  ...unset,
});

/** Parsed options of `infer`. */
export type InferOptions = z.output<typeof inferOptions>;
