import { z } from "zod";
import { defineElement } from "../../src/elements/declaration.ts";

/**
 * Writes down the process's resident memory after every `every` packets: what stays once garbage is
 * collected, where the process may do that (`--expose-gc`), and of V8's heap only what is in use. What
 * it keeps beside swings by 20 MiB: from the trough, that looks like growth.
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
          const { rss, heapTotal, heapUsed } = Deno.memoryUsage();
          notes[`pass ${packets / every}`] = rss - heapTotal + heapUsed;
        }
        return packet;
      },
      statistics: () => notes,
    };
  },
});
