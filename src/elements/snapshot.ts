import { z } from "zod";
import { duration } from "../graph/values.ts";
import type { ScriptElement } from "./declaration.ts";
import { SnapshotWriter } from "./snapshot_writer.ts";
import { pathTemplate } from "./template.ts";

const options = z.strictObject({
  file: pathTemplate(["frame", "pts"]).default("snapshots/{camera}-{time}-{frame}.jpg").describe(
    "Path of a JPEG; {camera}, {time}, {frame} and {pts} are filled in",
  ),
  on: z.enum(["always", "detection", "track"]).default("detection").describe(
    "Which frames: all, those with a detection, or those where a track is seen first",
  ),
  classes: z.array(z.string().min(1)).min(1).optional().describe(
    "Only detections of these classes count",
  ),
  score: z.number().min(0).max(1).default(0).describe("Only detections from this score on count"),
  every: duration().default(1).describe("Least stream time between two pictures of a camera"),
  quality: z.number().int().min(1).max(100).default(85).describe("Of the JPEG"),
});

/** Options of `snapshot`, parsed. */
export type SnapshotOptions = z.output<typeof options>;

/** Keeps single pictures. */
export const snapshot: ScriptElement<SnapshotOptions> = {
  name: "snapshot",
  role: "sink",
  summary: "Writes a JPEG when something is seen, at a limited rate, off the frame path",
  description: `Encoding never holds a frame up: at most one picture a camera is being written, one
more may wait, and of those that come meanwhile the latest is kept. Pictures passed over are counted.`,
  accepts: ["image"],
  gives: "same",
  options,
  shorthand: "file",
  aliases: { location: "file", path: "file" },
  example: "snapshot: { on: track, classes: [bottle], every: 2s }",
  create: (options, context) => new SnapshotWriter(options, context),
};
