import type { Random } from "../random.ts";

/** Frames a second of every clip. */
export const framesPerSecond = 25;

/**
 * How far the belt has run at each frame, in pixels at usual zoom: it cruises at changing speeds, and
 * between some of them stops for one to two and a half seconds. Ramps take half a second or so.
 */
export function makeTravel(frames: number, random: Random): Float64Array {
  const travel = new Float64Array(frames);
  let position = 0, speed = random.between(150, 215);
  let frame = 0;
  const advance = (target: number, seconds: number) => {
    const from = speed;
    const steps = Math.max(1, Math.round(seconds * framesPerSecond));
    for (let i = 1; i <= steps && frame < frames; i++, frame++) {
      travel[frame] = position;
      const t = i / steps;
      speed = from + (target - from) * t * t * (3 - 2 * t);
      position += speed / framesPerSecond;
    }
  };
  while (frame < frames) {
    const hold = random.between(3.5, 8);
    advance(speed, hold);
    if (random.chance(0.6)) {
      advance(0, random.between(0.35, 0.7));
      advance(0, random.between(1, 2.5));
    }
    advance(random.between(150, 215), random.between(0.5, 0.9));
  }
  return travel;
}
