import { z } from "zod";
import { duration } from "../graph/values.ts";
import type { ScriptElement } from "./declaration.ts";
import { Recorder } from "./recorder.ts";
import { pathTemplate } from "./template.ts";

const options = z.strictObject({
  file: pathTemplate().describe("Path of the MP4 file; {camera} and {time} are filled in"),
  exists: z.enum(["number", "overwrite", "error"]).default("number").describe(
    "If the file is there already: number keeps it and writes clip-1.mp4 instead",
  ),
  encoder: z.string().min(1).default("auto").describe("A GStreamer H.264 encoder, x264enc say"),
  bitrate: z.number().int().min(50).max(200000).default(4000).describe("kbit/s"),
  fps: z.number().positive().max(1000).optional().describe(
    "Nominal frames per second; left out: the camera's",
  ),
  fragment: duration().default(1).describe(
    "Length of the file's fragments: what a killed run may lose at most",
  ),
});

/** Options of `record`, parsed. */
export type RecordOptions = z.output<typeof options>;

/** Writes the picture to a file. */
export const record: ScriptElement<RecordOptions> = {
  name: "record",
  role: "sink",
  summary: "Writes the picture as H.264 into a fragmented MP4 file",
  description: `A killed run loses at most one fragment. What is on disk is never overwritten
unless that is asked for: a pipeline that restarts for years must not destroy its own evidence.
With several cameras the path must contain {camera}.`,
  accepts: ["image"],
  gives: "same",
  options,
  shorthand: "file",
  aliases: { location: "file", path: "file" },
  example: 'record: { file: "recordings/{camera}-{time}.mp4" }',
  create: (options, context) => Recorder.open(options, context),
};
