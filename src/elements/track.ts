import { z } from "zod";
import type { ScriptElement } from "./declaration.ts";

const share = z.number().min(0).max(1);

const options = z.strictObject({
  tracker: z.enum(["bytetrack"]).default("bytetrack").describe("The algorithm"),
  high: share.default(0.6).describe("Detections from this score on are matched first"),
  low: share.default(0.1).describe(
    "Detections from this score on may keep a track alive; nms must let them through",
  ),
  start: share.default(0.7).describe("Score from which an unmatched detection starts a track"),
  match: share.default(0.8).describe("Largest distance (1 - IoU, weighed by score) of a match"),
  buffer: z.number().int().min(1).max(10000).default(30).describe(
    "Frames for which a lost track is remembered",
  ),
  confirm: z.number().int().min(1).max(100).default(2).describe(
    "Frames in a row that a new track must be seen in before its id is given",
  ),
  classAware: z.boolean().default(true).describe("Whether a track keeps to one class"),
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
  async create(options) {
    const { createTracker } = await import("./tracker.ts");
    return createTracker(options);
  },
};
