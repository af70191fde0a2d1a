import { z } from "zod";
import { goldenSchema } from "../golden/golden.ts";
import { parseMethod } from "./method.ts";

/** Version of the file's form that is written, and the only one that is read. */
export const fileVersion = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits");
const finite = z.number();
const pixels = z.number().int().min(1).max(32768);

const range = z.strictObject({ min: finite.max(0), max: finite.min(0) })
  .refine(({ min, max }) => max - min > 0, "is empty: its scale would be 0");
const symmetric = range.refine(({ min, max }) => min === -max, "is not symmetric");

const channel = z.tuple([finite, finite, finite]);

const histogram = z.strictObject({
  count: finite.min(0),
  min: finite,
  max: finite,
  exponent: z.number().int().min(-100).max(128),
  meanAbsolute: finite.min(0),
  notFinite: z.number().int().min(0).optional(),
  bins: z.number().int().min(64).max(65536)
    .refine((bins) => Number.isInteger(Math.log2(bins)), "is no power of two"),
  first: z.number().int().min(0),
  counts: z.base64(),
  channels: z.array(channel).optional(),
});

const method = z.string().superRefine((text, context) => {
  try {
    parseMethod(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});

const preprocessing = z.strictObject({
  align: z.enum(["center", "top-left"]),
  pad: z.number().int().min(0).max(255),
  upscale: z.boolean(),
  layout: z.enum(["NCHW", "NHWC"]),
  type: z.enum(["f32", "f16", "u8"]),
  order: z.enum(["RGB", "BGR", "GREY"]),
  scale: finite.positive(),
  mean: z.array(finite).length(3),
  std: z.array(finite.positive()).length(3),
});

/** The file, as JSON. */
export const fileSchema = z.strictObject({
  version: z.literal(fileVersion),
  tool: z.string(),
  model: z.strictObject({ file: z.string().min(1), sha256 }),
  images: z.strictObject({
    count: z.number().int().min(1),
    skipped: z.number().int().min(0),
    sha256,
  }),
  sizes: z.array(z.strictObject({ width: pixels, height: pixels })).min(1),
  preprocessing,
  method: z.string(),
  tensors: z.array(z.strictObject({
    name: z.string().min(1),
    method,
    symmetricMethod: method.optional(),
    asymmetric: range,
    symmetric,
    histograms: z.array(histogram).min(1),
  })).min(1),
  equalised: z.literal(true).optional(),
  biases: z.record(z.string(), z.array(finite).min(1)).optional(),
  weights: z.enum(["free", "paired"]).optional(),
  float: z.array(z.string()).optional(),
  floatTensorrt: z.array(z.string()).optional(),
  sensitivity: z.strictObject({
    images: z.number().int().min(1),
    measure: z.enum(["expected", "annotations"]),
    reference: finite,
    lossInt8: finite,
    loss: finite,
    slowdown: finite.optional(),
    tensorrt: z.strictObject({
      lossInt8: finite,
      loss: finite,
      slowdown: finite.optional(),
    }).optional(),
    groups: z.array(z.strictObject({ id: z.string(), damage: finite.min(0) })),
  }).optional(),
  golden: z.array(goldenSchema).optional(),
});

/** What is in the file, before histograms are unpacked. */
export type FileContent = z.output<typeof fileSchema>;
