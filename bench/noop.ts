import { z } from "zod";
import { defineElement } from "../src/elements/declaration.ts";

/** Passes packets on: eight of them tell what being an element costs. */
export default defineElement({
  name: "noop",
  role: "transform",
  summary: "Passes packets on as they are",
  accepts: ["image", "tensor", "raw", "detections", "tracks"],
  gives: "same",
  options: z.strictObject({}),
  example: "noop: {}",
  create: () => ({ process: (packet) => packet }),
});
