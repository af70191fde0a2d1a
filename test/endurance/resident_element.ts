import { z } from "zod";
import { defineElement } from "../../src/elements/declaration.ts";

/**
 * Writes down the process's resident memory after every `every` packets: what stays once garbage is
 * collected, where the process may do that (`--expose-gc`). V8's heap alone swings by 20 MiB otherwise.
 */
export default defineElement({
  name: "resident",
  role: "transform",
  summary: "Notes resident memory every so many packets",
  accepts: ["image", "tensor", "raw", "detections", "tracks"],
  gives: "same",
  options: z.strictObject({ every: z.number().int().min(1).describe("Packets from note to note") }),
  shorthand: "every",
  example: "resident: { every: 1189 }",
  create({ every }) {
    let packets = 0;
    const notes: Record<string, number> = {};
    return {
      process(packet) {
        if (++packets % every === 0) {
          (globalThis as { gc?: () => void }).gc?.();
          notes[`pass ${packets / every}`] = Deno.memoryUsage().rss;
        }
        return packet;
      },
      statistics: () => notes,
    };
  },
});
