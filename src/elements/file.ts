import { z } from "zod";
import { duration } from "../graph/values.ts";
import type { SourceElement } from "./declaration.ts";
import { nativeSource } from "./native_source.ts";

const options = z.strictObject({
  location: z.string().min(1).describe("Path of a video file that GStreamer can decode"),
  realtime: z.boolean().default(false).describe(
    "Gives frames at the pace of their time stamps instead of as fast as they are taken",
  ),
  loop: z.union([z.boolean(), z.number().int().min(0)]).default(false)
    .transform((value) => value === true ? 0 : value === false ? 1 : value)
    .describe("How many passes over the file; true or 0 means for ever, false once"),
  start: duration().default(0).describe("Where to begin, from the start of the file"),
  stop: duration().nullable().default(null).describe(
    "Where to end, from the start of the file; null means at its end",
  ),
  format: z.enum(["auto", "NV12", "I420", "GREY", "RGB"]).default("auto").describe(
    "Pixel format of the frames; auto takes the decoder's own, which costs least",
  ),
  queue: z.number().int().min(1).max(64).default(4).describe(
    "Decoded frames that may wait for the pipeline",
  ),
  policy: z.enum(["block", "drop-oldest", "drop-newest", "latest"]).default("block").describe(
    "What happens when the pipeline is slower than a file in real time; block never loses a frame",
  ),
});

/** Reads a video file. */
export const file: SourceElement<z.output<typeof options>> = {
  name: "file",
  role: "source",
  summary: "Decodes a video file, as fast as the pipeline takes it or in real time",
  description: `Anything GStreamer can decode: H.264, H.265, MJPEG, VP9, raw, in any container it
knows. Frames stay in native memory. Unless a dropping policy is asked for, no frame is ever lost.`,
  accepts: [],
  gives: "image",
  options,
  shorthand: "location",
  aliases: { path: "location" },
  example: "{ file: clip.mp4, realtime: true, loop: true }",
  open: (options, context) =>
    nativeSource({ kind: "file", ...options, location: context.path(options.location) }, context),
};
