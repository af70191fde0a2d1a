import { defectsOf, type Kind, kinds } from "../classes.ts";
import type { PartSpec } from "../draw/sprite.ts";
import type { Random } from "../random.ts";

const sizes: Readonly<Record<Kind, readonly [number, number]>> = {
  washer: [72, 122],
  nut: [74, 116],
  bolt: [108, 152],
  cap: [76, 118],
  bearing: [82, 128],
};

/** A part drawn by lot: kinds are equally likely, `defective` of the parts have one of their defects. */
export function makePart(random: Random, defective: number, scale: number): PartSpec {
  const kind = random.pick(kinds);
  const defect = random.chance(defective) ? random.pick(defectsOf(kind)) : null;
  const [low, high] = sizes[kind];
  return { kind, defect, size: random.between(low, high) * scale, seed: random.word() };
}

/** Pixels from a part's middle that others should keep away to do no more than touch it. */
export function reach(part: PartSpec): number {
  return part.size / 2 * (part.kind === "bolt" ? 0.8 : 1);
}
