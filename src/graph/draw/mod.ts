import { instance } from "@viz-js/viz";
import type { OptionsSchema } from "../../elements/declaration.ts";
import type { Plan } from "../plan.ts";
import { toDot } from "./dot.ts";
import { drawing } from "./drawing.ts";
import { toMermaid } from "./mermaid.ts";

/** Languages a plan can be drawn in. */
export type DrawingFormat = "svg" | "dot" | "mermaid";

/** All of {@linkcode DrawingFormat}. */
export const drawingFormats: readonly DrawingFormat[] = ["svg", "dot", "mermaid"];

/**
 * Draws a plan: cameras, engines and elements with what was set, the port type and queue of each
 * link. Secrets are not shown.
 *
 * @param engineOptions Schema of an engine's options, as for parsing.
 */
export async function drawPlan(
  plan: Plan,
  format: DrawingFormat,
  engineOptions: OptionsSchema<unknown>,
): Promise<string> {
  const picture = drawing(plan, engineOptions);
  if (format === "mermaid") return toMermaid(picture);
  const dot = toDot(picture);
  if (format === "dot") return dot;
  const svg = (await instance()).renderString(dot, { format: "svg" });
  // Boxes are laid out for Helvetica; what a machine has in its place (DejaVu Sans) runs wider.
  return svg.replace(/font-size="([\d.]+)"/g, (_, size) => `font-size="${Number(size) * 0.86}"`);
}
