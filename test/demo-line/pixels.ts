import { drawFrame, type Frame, type View } from "../../scripts/demo-line/draw/frame.ts";
import type { Pose } from "../../scripts/demo-line/draw/shade.ts";
import type { Sprite } from "../../scripts/demo-line/draw/sprite.ts";
import { makeStill, type Still } from "../../scripts/demo-line/scene/still.ts";

/** A part that lies somewhere. */
export interface Laid {
  readonly sprite: Sprite;
  readonly pose: Pose;
}

/** A still's view with nothing that carries light from one pixel to another, and no noise. */
export function sharpView(still: Still): View {
  const { stage } = still;
  const camera = { ...stage.camera, softness: 0, smear: 0, readNoise: 0, shotNoise: 0 };
  return { ...stage.size, ...stage, ...still, camera };
}

/** Some still with nothing on its belt. */
export function emptyStill(seed: number, domain: "first" | "second" = "first"): Still {
  return { ...makeStill(seed, 0, domain, { width: 640, height: 480 }), parts: [] };
}

/** The largest difference of a pixel's colours between two frames. */
export function difference(a: Frame, b: Frame): Uint8Array {
  const result = new Uint8Array(a.rgb.length / 3);
  for (let i = 0; i < a.rgb.length; i++) {
    const pixel = Math.floor(i / 3);
    result[pixel] = Math.max(result[pixel]!, Math.abs(a.rgb[i]! - b.rgb[i]!));
  }
  return result;
}

/** The same part in other colours: its light or dark, its outline and its shadow stay. */
export function repainted(sprite: Sprite): Sprite {
  return { ...sprite, colour: sprite.colour.map((c) => (c > 0.35 ? c * 0.1 : c * 3 + 0.4)) };
}

/** Draws what lies there. */
export function draw(view: View, parts: readonly Laid[]): Frame {
  return drawFrame(view, parts);
}

/** Hash of a file's bytes: short to tell when it is not the one expected. */
export async function digest(path: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
