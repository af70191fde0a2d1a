import { z } from "zod";
import type { ScriptElement } from "./declaration.ts";

const options = z.strictObject({});

/** Takes packets and does nothing. */
export const nothing: ScriptElement<z.output<typeof options>> = {
  name: "null",
  role: "sink",
  summary:
    "Takes packets and does nothing with them: for measuring, and for ends that need no sink",
  accepts: ["image", "tensor", "raw", "detections", "tracks"],
  gives: "same",
  options,
  example: '"null": {}',
  create: () => ({ process: (packet) => packet }),
};
