import type { Surface } from "../surface.ts";

/** What a defect does to a part: a shape drawn beside the outline, and its effect on the surface. */
export interface Damage {
  /** SVG of the shape, white. */
  readonly shape: string;
  /** Whether the shape is cut out of the outline. */
  readonly cut: boolean;
  /** Changes the surface, given the shape's coverage of each sample. */
  apply(surface: Surface, coverage: Uint8Array): void;
}
