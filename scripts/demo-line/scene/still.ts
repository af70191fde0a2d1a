import type { Light } from "../draw/light.ts";
import type { Pose } from "../draw/shade.ts";
import type { PartSpec } from "../draw/sprite.ts";
import { Random } from "../random.ts";
import { makePart, reach } from "./part.ts";
import { roomOf, within } from "./room.ts";
import { type Domain, type FrameSize, lightAt, makeStage, type Stage } from "./stage.ts";

/** A line at one moment, unrelated to any other. */
export interface Still {
  readonly stage: Stage;
  readonly light: Light;
  readonly travel: number;
  readonly noise: number;
  /** Quality of its JPEG, 1 to 100. */
  readonly quality: number;
  /** Later ones lie over earlier ones. */
  readonly parts: readonly { readonly spec: PartSpec; readonly pose: Pose }[];
}

/** The still of that number; half of its parts are defective. */
export function makeStill(seed: number, index: number, domain: Domain, size: FrameSize): Still {
  const random = new Random(seed, index, 0x5354);
  const stage = makeStage(domain, size, random);
  const { width, height } = size;
  // Belts stand still, creep or run; the shutter is short.
  const blur = random.chance(0.3) ? 0 : random.between(0.3, 3.2) * stage.scale;
  const lanes = 2 + random.below(2);
  const count = 1 + random.below(4) + random.below(5);
  const crowded = random.chance(0.35);
  const parts: { spec: PartSpec; pose: Pose }[] = [];
  const [cos, sin] = [Math.cos(stage.belt.tilt), Math.sin(stage.belt.tilt)];
  const room = roomOf(stage);
  for (let i = 0; i < count; i++) {
    const spec = makePart(random, 0.5, stage.scale);
    for (let attempt = 0; attempt < 12; attempt++) {
      const along = random.between(-0.56, 0.56) * width;
      const lane = (random.below(lanes) + 0.5) / lanes;
      const loose = room.top + lane * (room.bottom - room.top) + random.normal() * 0.07 * height;
      const off = within(room, spec, loose) - height / 2;
      const pose = {
        x: width / 2 + along * cos - off * sin,
        y: height / 2 + off * cos + along * sin,
        angle: random.between(0, 2 * Math.PI),
      };
      const closest = Math.min(
        ...parts.map((other) =>
          Math.hypot(other.pose.x - pose.x, other.pose.y - pose.y) -
          reach(other.spec) - reach(spec)
        ),
      );
      if (closest < (crowded ? -0.16 * spec.size : 1)) continue;
      parts.push({ spec, pose });
      break;
    }
  }
  return {
    stage: { ...stage, camera: { ...stage.camera, smear: blur } },
    light: lightAt(stage, random.between(0, 300)),
    travel: random.between(0, 3072) * stage.scale,
    noise: random.word(),
    quality: 62 + random.below(34),
    parts,
  };
}
