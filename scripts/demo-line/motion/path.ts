import { noise } from "../draw/noise.ts";
import { smoothstep } from "../draw/parts/model.ts";
import type { Pose } from "../draw/shade.ts";
import type { PartSpec } from "../draw/sprite.ts";

/** A change that happens while a part runs from `from` on, over `length` pixels of belt. */
interface Change {
  readonly from: number;
  readonly length: number;
  /** Pixels sideways, or radians. */
  readonly by: number;
}

/** A part on its way along the belt. */
export interface Traveller {
  /** Counted from 1, in the order of entering. */
  readonly id: number;
  readonly spec: PartSpec;
  /** Pixels that the belt has run when the part's middle enters at the left edge. */
  readonly start: number;
  /** Pixels from the frame's upper edge. */
  readonly y: number;
  readonly angle: number;
  /** A change of lane, if it makes one. */
  readonly shift: Change | null;
  /** A nudge that turns it, if it gets one. */
  readonly nudge: Change | null;
}

function progress(change: Change | null, along: number): number {
  return change ? change.by * smoothstep(change.from, change.from + change.length, along) : 0;
}

/** Where a part lies across the belt after `along` pixels in view, vibration left out. */
export function across(part: Traveller, along: number): number {
  return part.y + progress(part.shift, along);
}

/**
 * Where a part lies when the belt has run `travel` pixels. All that moves it comes with the belt's
 * motion, so it lies still while the belt stands.
 */
export function poseAt(
  part: Traveller,
  travel: number,
  size: { readonly width: number; readonly height: number },
  tilt: number,
): Pose {
  const along = travel - part.start;
  const shake = (channel: number) => noise.at(along * 0.21 + part.id * 7.3, channel + part.id);
  const [x, y] = [
    along - size.width / 2,
    across(part, along) + 0.25 * shake(3) - size.height / 2,
  ];
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  return {
    x: size.width / 2 + cos * x - sin * y,
    y: size.height / 2 + sin * x + cos * y,
    angle: part.angle + tilt + progress(part.nudge, along) + 0.004 * shake(90),
  };
}
