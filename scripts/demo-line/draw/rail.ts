import { type LightTables, tableSize } from "./light.ts";
import type { Colour } from "./material.ts";
import { noise } from "./noise.ts";
import { smoothstep } from "./parts/model.ts";
import type { Canvas } from "./place.ts";

/** A side guide of the conveyor: it stands still while the belt runs. */
export interface Rail {
  /** Along the top of the frame, else the bottom. */
  readonly top: boolean;
  /** Pixels of it in view at the frame's middle. */
  readonly width: number;
  readonly tilt: number;
  readonly colour: Colour;
  readonly seed: number;
}

/** Draws a guide of drawn aluminium over the belt's edge, and its shadow on the belt. */
export function drawRail(canvas: Canvas, rail: Rail, light: LightTables): void {
  const { width, height, data } = canvas;
  const out = rail.top ? 1 : -1;
  const slope = Math.tan(rail.tilt);
  const shadow = 12;
  for (let x = 0; x < width; x++) {
    const edge = (rail.top ? rail.width : height - rail.width) + slope * (x - width / 2);
    const first = Math.max(0, Math.floor(rail.top ? 0 : edge - shadow));
    const end = Math.min(height, Math.ceil(rail.top ? edge + shadow : height));
    for (let y = first; y < end; y++) {
      // Pixels into the rail from the belt's side.
      const into = (edge - (y + 0.5)) * out;
      const at = 3 * (y * width + x);
      if (into < -0.5) {
        const dark = 1 - 0.62 * (1 + into / shadow) ** 2;
        if (into > -shadow) { for (let c = 0; c < 3; c++) data[at + c]! *= dark; }
        continue;
      }
      const cover = Math.min(into + 0.5, 1);
      const streak = 1 + 0.1 * noise.at(x * 0.02 + rail.seed, y * 0.9) +
        0.05 * noise.at(x * 0.11, y * 1.7 + rail.seed);
      const { lean, tone } = profile(into);
      const ny = Math.min(Math.max(lean * out, -0.9), 0.9);
      const column = ((x - width / 2) * 0.0003 + 1) * (tableSize - 1) / 2;
      const row = Math.round((ny + 1) * (tableSize - 1) / 2);
      const mirrored = 3 * (row * tableSize + Math.floor(column));
      const share = column - Math.floor(column);
      for (let c = 0; c < 3; c++) {
        const [left, right] = [mirrored + c, mirrored + c + 3];
        const seen = light.mirrored[2][left]! * (1 - share) + light.mirrored[2][right]! * share;
        const colour = rail.colour[c]! * tone * streak * (0.8 * seen + 0.2 * light.diffuse[left]!);
        data[at + c] = data[at + c]! * (1 - cover) + colour * cover;
      }
    }
  }
}

/** The guide's cross-section: a rounded edge, a flat, a slot, a flat. */
function profile(into: number): { lean: number; tone: number } {
  if (into < 3) return { lean: 0.5 * (1 - into / 3), tone: 1 };
  // 1 within the slot, and its two walls, softened so that a tilted rail has no steps.
  const slot = smoothstep(12.6, 14.4, into) * (1 - smoothstep(18.2, 20, into));
  const wall = slot * (1 - slot) * (into < 16 ? -1.6 : 1.6);
  return { lean: wall, tone: 1 - 0.84 * slot };
}
