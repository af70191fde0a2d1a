import { Random } from "../random.ts";
import { type Belt, drawBelt } from "./belt.ts";
import { type Camera, expose } from "./camera.ts";
import { type Light, lightTables } from "./light.ts";
import { type Canvas, castShadow, lay } from "./place.ts";
import { drawRail, type Rail } from "./rail.ts";
import { see, type Seen } from "./see.ts";
import { type Pose, shade } from "./shade.ts";
import type { Sprite } from "./sprite.ts";

/** All that is needed to draw one frame. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly belt: Belt;
  /** Pixels that the belt has run. */
  readonly travel: number;
  readonly rails: readonly Rail[];
  readonly light: Light;
  readonly camera: Camera;
  /** Seed of the sensor's noise. */
  readonly noise: number;
}

/** A frame: red, green, blue of each pixel, and what is seen of each part. */
export interface Frame {
  readonly rgb: Uint8Array;
  readonly seen: readonly Seen[];
}

/** Shift of what a flat surface mirrors, per pixel from the frame's middle. */
const nearness = 0.00035;

let memory = new Float32Array(0);

/** A canvas in memory that every frame uses anew: the belt covers all of it. */
function blank(width: number, height: number): Canvas {
  if (memory.length !== 3 * width * height) memory = new Float32Array(3 * width * height);
  return { width, height, data: memory };
}

/** Draws a frame; later parts lie over earlier ones. */
export function drawFrame(view: View, parts: readonly { sprite: Sprite; pose: Pose }[]): Frame {
  const { width, height, light } = view;
  const canvas = blank(width, height);
  const tables = lightTables(light);
  const lean = nearness * 640 / width;
  drawBelt(canvas, view.belt, view.travel, tables, light.shadow, lean);
  const placed = parts.map(({ sprite, pose }) => {
    castShadow(canvas, sprite, pose, light.shadow);
    const lit = shade(
      sprite,
      pose.angle,
      (pose.x - width / 2) * lean,
      (pose.y - height / 2) * lean,
      tables,
    );
    return lay(canvas, sprite, lit, pose);
  });
  // They stand still, but are the same all along the way that the frame is smeared.
  for (const rail of view.rails) drawRail(canvas, rail, tables);
  const rgb = expose(canvas, view.camera, new Random(view.noise));
  const seen = parts.map(({ sprite, pose }, i) =>
    see(sprite, pose, placed[i]!, placed.slice(i + 1), canvas)
  );
  return { rgb, seen };
}
