import { z } from "zod";
import type { ScriptElement } from "./declaration.ts";
import { RtspMount } from "./rtsp_mount.ts";

const options = z.strictObject({
  path: z.string().regex(/^\/[^\s]*$/, { error: "must begin with /, such as /{camera}" })
    .default("/{camera}").describe("Of the stream's address; {camera} is filled in"),
  port: z.number().int().min(1).max(65535).default(8554).describe("TCP port; one server a port"),
  address: z.string().min(1).default("127.0.0.1").describe(
    "What to listen on; 0.0.0.0 serves the network, which needs no password yet",
  ),
  encoder: z.string().min(1).default("auto").describe("A GStreamer H.264 encoder, x264enc say"),
  bitrate: z.number().int().min(50).max(200000).default(4000).describe("kbit/s"),
  fps: z.number().positive().max(1000).optional().describe(
    "Nominal frames per second; left out: the camera's",
  ),
});

/** Options of `rtsp`, parsed. */
export type RtspOptions = z.output<typeof options>;

/** Serves the picture. */
export const rtsp: ScriptElement<RtspOptions> = {
  name: "rtsp",
  role: "sink",
  summary: "Serves the picture as H.264 over RTSP",
  description: `Encodes only while somebody is watching. Elements with the same port share a
server; each camera needs a path of its own.`,
  accepts: ["image"],
  gives: "same",
  options,
  shorthand: "path",
  aliases: { location: "path" },
  example: 'rtsp: { path: "/{camera}", port: 8554 }',
  create: (options, context) => RtspMount.open(options, context),
};
