import { shadowMargin } from "./shadow.ts";
import { sampling, type Sprite } from "./sprite.ts";
import type { Pose } from "./shade.ts";

/** Linear red, green, blue of a frame's pixels, row by row. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A part's coverage of a piece of the frame. */
export interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly alpha: Float32Array;
}

/** Box x1, y1, x2, y2 of a part where it lies, the part outside the frame included. */
export function boxOf(sprite: Sprite, pose: Pose): [number, number, number, number] {
  const { outline } = sprite;
  const cos = Math.cos(pose.angle), sin = Math.sin(pose.angle);
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < outline.length; i += 2) {
    const x = cos * outline[i]! - sin * outline[i + 1]!;
    const y = sin * outline[i]! + cos * outline[i + 1]!;
    if (x < x1) x1 = x;
    if (x > x2) x2 = x;
    if (y < y1) y1 = y;
    if (y > y2) y2 = y;
  }
  return [pose.x + x1, pose.y + y1, pose.x + x2, pose.y + y2];
}

/** The pixels of a frame within `margin` of a part's box. */
function region(sprite: Sprite, pose: Pose, canvas: Canvas, margin: number) {
  const [x1, y1, x2, y2] = boxOf(sprite, pose);
  const x = Math.max(0, Math.floor(x1 - margin));
  const y = Math.max(0, Math.floor(y1 - margin));
  return {
    x,
    y,
    width: Math.max(0, Math.min(canvas.width, Math.ceil(x2 + margin)) - x),
    height: Math.max(0, Math.min(canvas.height, Math.ceil(y2 + margin)) - y),
  };
}

/** Darkens what lies under and beside a part. `toward` is the direction that lamps throw shadows. */
export function castShadow(
  canvas: Canvas,
  sprite: Sprite,
  pose: Pose,
  toward: { readonly x: number; readonly y: number; readonly depth: number },
): void {
  const { width, height, contact, cast, length } = sprite.shadow;
  const area = region(sprite, pose, canvas, shadowMargin);
  const cos = Math.cos(pose.angle), sin = Math.sin(pose.angle);
  const [shiftX, shiftY] = [toward.x * length, toward.y * length];
  const look = (map: Float32Array, x: number, y: number) => {
    const u = cos * x + sin * y + width / 2 - 0.5, v = cos * y - sin * x + height / 2 - 0.5;
    const x0 = Math.floor(u), y0 = Math.floor(v);
    if (x0 < 0 || y0 < 0 || x0 >= width - 1 || y0 >= height - 1) return 0;
    const at = y0 * width + x0, fx = u - x0, fy = v - y0;
    const top = map[at]! + (map[at + 1]! - map[at]!) * fx;
    const bottom = map[at + width]! + (map[at + width + 1]! - map[at + width]!) * fx;
    return top + (bottom - top) * fy;
  };
  for (let row = 0; row < area.height; row++) {
    const y = area.y + row + 0.5 - pose.y;
    let at = 3 * ((area.y + row) * canvas.width + area.x);
    for (let column = 0; column < area.width; column++, at += 3) {
      const x = area.x + column + 0.5 - pose.x;
      const dark = toward.depth * look(cast, x - shiftX, y - shiftY) + 0.5 * look(contact, x, y);
      if (dark === 0) continue;
      const left = Math.max(1 - dark, 0.12);
      canvas.data[at]! *= left;
      canvas.data[at + 1]! *= left;
      canvas.data[at + 2]! *= left;
    }
  }
}

// A pixel is the mean of four samples within it.
const corners = [[-0.25, -0.25], [0.25, -0.25], [-0.25, 0.25], [0.25, 0.25]] as const;

/** Lays a lit sprite over the frame; returns which pixels it covers. */
export function lay(canvas: Canvas, sprite: Sprite, lit: Float32Array, pose: Pose): Placed {
  const { width, height } = sprite;
  const area = region(sprite, pose, canvas, 1);
  const alpha = new Float32Array(area.width * area.height);
  const cos = Math.cos(pose.angle), sin = Math.sin(pose.angle);
  const stride = 4 * width;
  for (let row = 0, to = 0; row < area.height; row++) {
    const y = area.y + row + 0.5 - pose.y;
    let at = 3 * ((area.y + row) * canvas.width + area.x);
    for (let column = 0; column < area.width; column++, at += 3, to++) {
      const x = area.x + column + 0.5 - pose.x;
      let red = 0, green = 0, blue = 0, cover = 0;
      for (let k = 0; k < 4; k++) {
        const px = x + corners[k]![0], py = y + corners[k]![1];
        const u = (cos * px + sin * py) * sampling + width / 2 - 0.5;
        const v = (cos * py - sin * px) * sampling + height / 2 - 0.5;
        if (u < 0 || v < 0 || u >= width - 1 || v >= height - 1) continue;
        const x0 = u | 0, y0 = v | 0;
        const fx = u - x0, fy = v - y0;
        const a = 4 * (y0 * width + x0), b = a + stride;
        const w00 = (1 - fx) * (1 - fy), w01 = fx * (1 - fy), w10 = (1 - fx) * fy, w11 = fx * fy;
        cover += w00 * lit[a + 3]! + w01 * lit[a + 7]! + w10 * lit[b + 3]! + w11 * lit[b + 7]!;
        red += w00 * lit[a]! + w01 * lit[a + 4]! + w10 * lit[b]! + w11 * lit[b + 4]!;
        green += w00 * lit[a + 1]! + w01 * lit[a + 5]! + w10 * lit[b + 1]! + w11 * lit[b + 5]!;
        blue += w00 * lit[a + 2]! + w01 * lit[a + 6]! + w10 * lit[b + 2]! + w11 * lit[b + 6]!;
      }
      if (cover === 0) continue;
      const through = 1 - cover / 4;
      canvas.data[at] = canvas.data[at]! * through + red / 4;
      canvas.data[at + 1] = canvas.data[at + 1]! * through + green / 4;
      canvas.data[at + 2] = canvas.data[at + 2]! * through + blue / 4;
      alpha[to] = cover / 4;
    }
  }
  return { ...area, alpha };
}
