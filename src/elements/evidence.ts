import { z } from "zod";
import type { ScriptElement } from "./declaration.ts";
import { EvidenceWriter } from "./evidence_writer.ts";
import { pathTemplate } from "./template.ts";

const options = z.strictObject({
  file: pathTemplate(["frame", "pts", "track"]).regex(/\{(frame|track)\}/, {
    error: "must contain {frame} or {track}: each part has files of its own",
  }).default("evidence/{camera}-{time}-{frame}-{track}.jpg").describe(
    "Path of a JPEG; {camera}, {time}, {frame}, {pts} and {track} are filled in. The record is beside " +
      "it, with .json at its end",
  ),
  on: z.enum(["rejected", "counted"]).default("rejected").describe("Which parts: bad ones, or all"),
  draw: z.boolean().default(true).describe("Whether the part's box and verdict are drawn"),
  quality: z.number().int().min(1).max(100).default(90).describe("Of the JPEG"),
  queue: z.number().int().min(1).max(64).default(8).describe(
    "Pictures that may wait to be written; with more, a part gets its record alone",
  ),
});

/** Options of `evidence`, parsed. */
export type EvidenceOptions = z.output<typeof options>;

/** Keeps what shows why a part was rejected. */
export const evidence: ScriptElement<EvidenceOptions> = {
  name: "evidence",
  role: "sink",
  summary: "Keeps a picture and a JSON record of each rejected part, off the frame path",
  description:
    `Follows count. The picture is the whole frame in which the part was counted, with its box drawn
a little outside of it. The record has the time (of capture, UTC), camera, frame, pts, track, part, class,
defect, score, share of the votes, box, the model's file with its SHA-256, and the pipeline's file.
Writing never holds a frame up. If the disk can't keep up, a part still has its record, with no still;
how many that were is reported and counted. Nothing that is there already is overwritten, and all is
written when a run has ended.`,
  accepts: ["tracks"],
  gives: "same",
  options,
  shorthand: "file",
  aliases: { location: "file", path: "file" },
  example: 'evidence: { file: "evidence/{camera}-{time}-{frame}-{track}.jpg" }',
  create: (options, context) => EvidenceWriter.open(options, context),
};
