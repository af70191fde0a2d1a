import { boxOf, type Placed } from "./place.ts";
import type { Pose } from "./shade.ts";
import type { Sprite } from "./sprite.ts";

/** A frame's size in pixels. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
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

/** What is seen of a part that covers `own`, with `above` over it. */
export function see(
  sprite: Sprite,
  pose: Pose,
  own: Placed,
  above: readonly Placed[],
  { width, height }: FrameSize,
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
    flaw: flawSeen(sprite, pose, covering, { width, height }),
  };
}

function flawSeen(
  { flaw }: Sprite,
  pose: Pose,
  covering: readonly Placed[],
  { width, height }: FrameSize,
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
