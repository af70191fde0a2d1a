import { z } from "zod";
import { countsOf } from "../counting/mod.ts";
import type { Packet } from "../runtime/packet.ts";
import type { ScriptElement } from "./declaration.ts";
import { eventLine } from "./event_line.ts";
import { LineWriter } from "./line_writer.ts";
import { pathTemplate } from "./template.ts";

const options = z.strictObject({
  file: pathTemplate().default("-").describe(
    "Path of the file; - is standard output; {camera} and {time} are filled in",
  ),
  exists: z.enum(["overwrite", "append", "error"]).default("overwrite").describe(
    "If the file is there already; append suits a pipeline that is restarted",
  ),
  empty: z.boolean().default(true).describe(
    "Whether frames without detections (and without crossings) get a line too",
  ),
});

/** Writes what was detected. */
export const events: ScriptElement<z.output<typeof options>> = {
  name: "events",
  role: "sink",
  summary: "Writes one JSON line a frame: camera, frame, pts, size, detections",
  description: `Times are seconds, boxes x1, y1, x2, y2 in pixels of the source. Lines are on disk
within a second. After count, a line has "counts", seen, good and rejected so far by the id of each
count, and where something was counted in the frame "crossings": count, track, class, part, verdict,
defect, score, share of the votes, direction, where, box. Cameras whose path is the same share the file; each one's lines are in order.`,
  accepts: ["detections"],
  gives: "same",
  options,
  shorthand: "file",
  aliases: { location: "file", path: "file" },
  example: 'events: { file: "events/{camera}.jsonl" }',
  async create(options, context) {
    const path = options.file === "-" ? "-" : context.path(options.file);
    const writer = await context.shared(path, () => LineWriter.open(path, options.exists));
    return {
      process(packet) {
        if (!options.empty && !hasNews(packet)) return packet;
        const room = writer.write(eventLine(packet));
        return room ? room.then(() => packet) : packet;
      },
      close: () => writer.flush(),
      statistics: () => ({ bytes: writer.bytes }),
      summary: () => (path === "-" ? {} : { files: [{ path, count: 1 }] }),
    };
  },
};

function hasNews(packet: Packet): boolean {
  return Boolean(packet.detections?.length) ||
    countsOf(packet).some(([, { crossings }]) => crossings.length > 0);
}
