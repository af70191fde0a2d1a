import { z } from "zod";
import type { SourceElement } from "./declaration.ts";
import { ImageSource } from "./image_source.ts";

const options = z.strictObject({
  location: z.string().min(1).describe(
    "A folder, or a pattern such as shots/*.png, in natural order (2 before 10); or a text file that " +
      "lists pictures, one a line",
  ),
  fps: z.number().positive().max(1000).default(10).describe(
    "Frames per second of stream time: picture n has the time stamp n / fps seconds",
  ),
  realtime: z.boolean().default(false).describe("Gives pictures at that pace"),
  loop: z.union([z.boolean(), z.number().int().min(0)]).default(false)
    .transform((value) => value === true ? 0 : value === false ? 1 : value)
    .describe("How many passes over the pictures; true or 0 means for ever, false once"),
});

/** Reads a folder of pictures. */
export const images: SourceElement<z.output<typeof options>> = {
  name: "images",
  role: "source",
  summary: "Reads pictures from a folder or pattern: JPEG, PNG, WebP, TIFF, GIF, AVIF",
  description: `Pictures are turned upright by their EXIF orientation. One that can't be decoded is
named in a warning, counted as a drop and skipped; its number stays unused.`,
  accepts: [],
  gives: "image",
  options,
  shorthand: "location",
  aliases: { path: "location" },
  example: "{ images: samples/, fps: 5 }",
  open: (options, context) => new ImageSource(options, context),
};
