import { z } from "zod";
import { ByteTrack, byteTrackDefaults as paper } from "../tracking/mod.ts";
import type { ScriptElement } from "./declaration.ts";

const share = z.number().min(0).max(1);

const options = z.strictObject({
  tracker: z.enum(["bytetrack"]).default("bytetrack").describe("The algorithm"),
  high: share.default(paper.high).describe(
    "Detections from this score on are matched first",
  ),
  low: share.default(paper.low).describe(
    "Detections from this score on may keep a track alive; nms must let them through",
  ),
  start: share.optional().describe(
    "Score from which an unmatched detection starts a track; left out: high + 0.1",
  ),
  match: share.default(paper.match).describe(
    "Largest distance of a match: 1 - IoU * score",
  ),
  buffer: z.number().int().min(0).max(10000).default(paper.buffer).describe(
    "For how long a lost track is remembered: frames at 30 frames/s, scaled to the camera's",
  ),
  fps: z.number().positive().max(1000).optional().describe(
    "Frames per second; left out: the camera's",
  ),
  classAware: z.boolean().default(paper.classAware).describe("Whether a track keeps to one class"),
});

/** Gives detections of one object the same id from frame to frame. */
export const track: ScriptElement<z.output<typeof options>> = {
  name: "track",
  role: "transform",
  summary: "Gives detections of one object the same id from frame to frame (ByteTrack)",
  description: `An id is given once a track is confirmed, and never to two objects at once. Weak
detections help to keep tracks: let nms pass them (score: 0.1) where that matters.`,
  accepts: ["detections"],
  gives: "tracks",
  options,
  shorthand: "tracker",
  example: "track: { tracker: bytetrack }",
  create(options, context) {
    const { tracker: _, fps, ...rest } = options;
    const tracker = new ByteTrack({ ...rest, fps: fps ?? context.fps });
    return {
      process: (packet) => ({
        ...packet,
        detections: tracker.update(packet.detections ?? [], packet),
      }),
    };
  },
};
