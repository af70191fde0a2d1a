import { drawFrame, type Frame } from "../draw/frame.ts";
import { boxOf } from "../draw/place.ts";
import type { Seen } from "../draw/see.ts";
import { makeSprite, type Sprite } from "../draw/sprite.ts";
import { lightAt } from "../scene/stage.ts";
import { poseAt } from "./path.ts";
import type { Line } from "./plan.ts";
import { framesPerSecond } from "./travel.ts";

/** One part in one frame of a clip. */
export interface Sighting {
  readonly id: number;
  /** x of the middle of its whole box, in pixels. */
  readonly middle: number;
  readonly seen: Seen;
}

/** Seconds that the shutter is open. */
const shutter = 1 / 110;

/** Draws frames of a clip, in any order, and keeps the sprites of the parts in view. */
export class ClipPainter {
  readonly #sprites = new Map<number, Sprite>();

  constructor(private readonly line: Line, private readonly seed: number) {}

  /** Draws the frame of that number, counted from 0. */
  async draw(frame: number): Promise<{ rgb: Frame["rgb"]; sightings: readonly Sighting[] }> {
    const { stage, travel, parts } = this.line;
    const run = travel[frame]!;
    const speed = frame > 0 ? run - travel[frame - 1]! : 0;
    const present = [];
    for (const part of parts) {
      const pose = poseAt(part, run, stage.size, stage.belt.tilt);
      const far = 0.75 * part.spec.size;
      if (pose.x < -far || pose.x > stage.size.width + far) {
        this.#sprites.delete(part.id);
        continue;
      }
      let sprite = this.#sprites.get(part.id);
      if (!sprite) this.#sprites.set(part.id, sprite = await makeSprite(part.spec));
      present.push({ id: part.id, sprite, pose });
    }
    const { rgb, seen } = drawFrame({
      ...stage.size,
      belt: stage.belt,
      rails: stage.rails,
      // The pattern runs to the right with the parts.
      travel: -run,
      light: lightAt(stage, frame / framesPerSecond),
      camera: { ...stage.camera, smear: speed * framesPerSecond * shutter },
      noise: this.seed * 100003 + frame,
    }, present);
    const sightings = present.map(({ id, sprite, pose }, i) => {
      const [left, , right] = boxOf(sprite, pose);
      return { id, middle: (left + right) / 2, seen: seen[i]! };
    });
    return { rgb, sightings };
  }
}
