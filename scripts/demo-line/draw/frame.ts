import { Random } from "../random.ts";
import { type Belt, drawBelt } from "./belt.ts";
import { type Camera, expose } from "./camera.ts";
import { type Light, lightTables } from "./light.ts";
import { boxOf, type Canvas, castShadow, lay, type Placed } from "./place.ts";
import { drawRail, type Rail } from "./rail.ts";
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

/** What of a part is in the frame, other parts over it taken away. */
export interface Seen {
  /** x1, y1, x2, y2 in pixels; zero-sized where nothing is seen. */
  readonly box: readonly [number, number, number, number];
  /** Pixels seen. */
  readonly area: number;
  /** Share of the part that is within the frame, covered or not. */
  readonly inside: number;
  /** Share of the part that is seen. */
  readonly visible: number;
  /** Share of its defect that is seen; 0 for a good part. */
  readonly flaw: number;
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
    see(sprite, pose, placed[i]!, placed.slice(i + 1), width, height)
  );
  return { rgb, seen };
}

function see(
  sprite: Sprite,
  pose: Pose,
  own: Placed,
  above: readonly Placed[],
  width: number,
  height: number,
): Seen {
  const covering = above.filter((other) =>
    other.x < own.x + own.width && own.x < other.x + other.width &&
    other.y < own.y + own.height && own.y < other.y + other.height
  );
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  let inside = 0, area = 0;
  for (let y = 0, i = 0; y < own.height; y++) {
    for (let x = 0; x < own.width; x++, i++) {
      let alpha = own.alpha[i]!;
      if (alpha === 0) continue;
      inside += alpha;
      for (const other of covering) {
        const ox = own.x + x - other.x, oy = own.y + y - other.y;
        if (ox < 0 || oy < 0 || ox >= other.width || oy >= other.height) continue;
        alpha *= 1 - other.alpha[oy * other.width + ox]!;
      }
      area += alpha;
      if (alpha < 0.5) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  if (right < 0) {
    return { box: [0, 0, 0, 0], area: 0, inside: inside / sprite.area, visible: 0, flaw: 0 };
  }
  const whole = boxOf(sprite, pose);
  const clipped = [
    Math.max(whole[0], 0),
    Math.max(whole[1], 0),
    Math.min(whole[2], width),
    Math.min(whole[3], height),
  ];
  const counted = [own.x + left, own.y + top, own.x + right + 1, own.y + bottom + 1];
  // The outline says it to a fraction of a pixel, unless another part covers that side.
  const side = (i: number) =>
    Math.abs(clipped[i]! - counted[i]!) <= 1.2 ? clipped[i]! : counted[i]!;
  return {
    box: [side(0), side(1), side(2), side(3)],
    area,
    inside: inside / sprite.area,
    visible: area / sprite.area,
    flaw: flawSeen(sprite, pose, covering, width, height),
  };
}

function flawSeen(
  { flaw }: Sprite,
  pose: Pose,
  covering: readonly Placed[],
  width: number,
  height: number,
): number {
  const cos = Math.cos(pose.angle), sin = Math.sin(pose.angle);
  let seen = 0;
  for (let i = 0; i < flaw.length; i += 2) {
    const x = Math.floor(pose.x + cos * flaw[i]! - sin * flaw[i + 1]!);
    const y = Math.floor(pose.y + sin * flaw[i]! + cos * flaw[i + 1]!);
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    const covered = covering.some((other) => {
      const ox = x - other.x, oy = y - other.y;
      return ox >= 0 && oy >= 0 && ox < other.width && oy < other.height &&
        other.alpha[oy * other.width + ox]! > 0.5;
    });
    if (!covered) seen += 2;
  }
  return flaw.length === 0 ? 0 : seen / flaw.length;
}
