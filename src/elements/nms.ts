import { closest } from "fastest-levenshtein";
import { z } from "zod";
import type { ModelContract } from "../model/contract.ts";
import type { NativeElement } from "./declaration.ts";

const options = z.strictObject({
  score: z.number().min(0).max(1).default(0.25).describe(
    "Detections must score more than this; trackers make use of weak ones, so 0.1 before track",
  ),
  iou: z.number().min(0).max(1).default(0.7).describe(
    "Of two boxes that overlap by more than this share, the weaker is dropped",
  ),
  max: z.number().int().min(1).max(10000).default(300).describe("Most detections in a picture"),
  agnostic: z.boolean().default(false).describe("Whether boxes of different classes suppress too"),
  multiLabel: z.boolean().default(false).describe(
    "Whether a box may count for every class over the score, as COCO's evaluation does",
  ),
  keep: z.array(z.union([z.number().int().min(0), z.string()])).min(1).optional().describe(
    "Labels or class ids to keep; left out: all",
  ),
});

/** Class ids of labels or ids. */
function classIds(keep: readonly (number | string)[], model: ModelContract): number[] {
  return keep.map((wanted) => {
    if (typeof wanted === "number") {
      if (wanted < model.labels.length) return wanted;
      throw new RangeError(
        `keep: class ${wanted} is not there; ${model.path} has 0 to ${model.labels.length - 1}`,
      );
    }
    const id = model.labels.indexOf(wanted);
    if (id >= 0) return id;
    const nearest = model.labels.length ? closest(wanted, [...model.labels]) : undefined;
    throw new RangeError(
      `keep: ${model.path} has no class "${wanted}"` + (nearest ? `; is it "${nearest}"?` : ""),
    );
  });
}

/** Turns raw outputs into detections. */
export const nms: NativeElement<z.output<typeof options>> = {
  name: "nms",
  role: "native",
  summary:
    "Reads boxes from a model's outputs, suppresses overlapping ones, maps them to the picture",
  description: `Knows the heads of YOLOv8 and 11, YOLOv5, YOLOX, and outputs that are suppressed
already. Boxes are in pixels of the source, whatever the letterbox did.`,
  accepts: ["raw"],
  gives: "detections",
  options,
  shorthand: "score",
  example: "nms: { score: 0.25, iou: 0.7 }",
  part(options, { model }) {
    if (!model) throw new TypeError("nms must follow an infer, whose model says how to read it");
    return {
      nms: {
        family: model.family,
        classes: model.labels.length,
        strides: model.strides,
        score: options.score,
        iou: options.iou,
        max: options.max,
        agnostic: options.agnostic,
        multiLabel: options.multiLabel,
        keep: options.keep ? classIds(options.keep, model) : null,
      },
    };
  },
};
