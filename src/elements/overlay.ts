import { z } from "zod";
import type { ScriptElement } from "./declaration.ts";
import { Painter } from "./painter.ts";

const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, { error: "must be a colour such as #ff8800" });

const options = z.strictObject({
  boxes: z.boolean().default(true).describe("Draws a box around each detection"),
  labels: z.boolean().default(true).describe("Writes the class beside it"),
  scores: z.boolean().default(true).describe("Writes the score beside it"),
  tracks: z.boolean().default(true).describe("Writes the track id beside it"),
  counts: z.boolean().default(true).describe(
    "After count, draws its line or zone and what has been counted, and parts in the colour of their " +
      "verdict with the class of their votes",
  ),
  colors: z.record(z.string(), colour).default({}).describe(
    "Colours by class, #rrggbb; others are green or red by their verdict, or take one of a palette",
  ),
  thickness: z.number().int().min(1).max(64).optional().describe(
    "Pixels of the boxes' lines; left out: by the picture's size",
  ),
  textSize: z.number().int().min(6).max(256).optional().describe(
    "Pixels of the text's height; left out: by the picture's size",
  ),
});

/** Options of `overlay`, parsed. */
export type OverlayOptions = z.output<typeof options>;

/** Draws what was detected. */
export const overlay: ScriptElement<OverlayOptions> = {
  name: "overlay",
  role: "transform",
  summary: "Draws boxes, labels, scores, track ids and counts on the picture",
  description:
    `Drawn natively, on a copy: other branches see the picture as it was. An element of one's own
that puts the like of what count does into a packet's data is drawn too.`,
  accepts: ["detections"],
  gives: "same",
  options,
  example: 'overlay: { labels: true, colors: { bottle: "#00c0ff" } }',
  create: (options, context) => new Painter(options, context.native),
};
