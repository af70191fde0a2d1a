import type { Random } from "../../random.ts";
import { softBlur } from "../blur.ts";
import { type Colour, dull, luminance, type Material, metal } from "../material.ts";
import { noise } from "../noise.ts";
import type { Model, Point } from "../parts/model.ts";
import { polygon } from "../raster.ts";
import type { Damage } from "./damage.ts";

const crumbs: readonly Material[] = [
  dull([0.05, 0.03, 0.02], 2),
  dull([0.16, 0.07, 0.03], 2),
  dull([0.55, 0.06, 0.04], 1),
  dull([0.70, 0.28, 0.03], 1),
  dull([0.03, 0.13, 0.48], 1),
  dull([0.04, 0.33, 0.09], 1),
  dull([0.78, 0.77, 0.72], 1),
  metal([0.78, 0.58, 0.25], 2),
  metal([0.75, 0.75, 0.77], 1),
];

/** A crumb of dirt, plastic or swarf that lies on the part. */
export function particle(model: Model, scale: number, random: Random): Damage {
  const { x, y, radius } = model.spot(random);
  const under: Point = { z: 0, material: 0, tone: 1 };
  model.surface(x, y, under);
  const ground = model.materials[under.material]!;
  // Among dark gaps and bright highlights, only a colour stands out.
  const material = random.pick(
    crumbs.filter((crumb) =>
      apart(crumb, ground) && !(model.busy && (crumb.metal || luminance(crumb.colour) < 0.1))
    ),
  );
  const angular = random.chance(0.5);
  const corners = angular ? 6 + random.below(3) : 14;
  const stretch = random.between(1, 1.5);
  const turn = random.between(0, Math.PI);
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const shape = Array.from({ length: corners }, (_, i) => {
    const at = i / corners * 2 * Math.PI;
    const r = radius * (angular ? random.between(0.72, 1.12) : random.between(0.88, 1.05));
    const [u, v] = [r * Math.cos(at) * Math.sqrt(stretch), r * Math.sin(at) / Math.sqrt(stretch)];
    return [x + c * u - s * v, y + s * u + c * v] as const;
  });
  const phase = random.between(0, 256);
  const high = random.between(0.55, 0.9) * radius;
  return {
    shape: `<path d="${polygon(shape)}"/>`,
    cut: false,
    apply(surface, coverage) {
      const { width, height } = surface;
      const dome = softBlur(coverage, width, height, Math.max(1, Math.round(radius * scale / 4)));
      const own = surface.add(material);
      for (let i = 0; i < coverage.length; i++) {
        if (dome[i]! < 2) continue;
        const amount = coverage[i]! / 255;
        const at = 3 * i;
        const [px, py] = [(i % width) / scale, Math.floor(i / width) / scale];
        const rough = noise.cloud(px * 0.35 + phase, py * 0.35);
        // Its shadow all around, then itself.
        const shade = 1 - 0.6 * Math.min(1, dome[i]! / 128);
        for (let k = 0; k < 3; k++) {
          const before = surface.colour[at + k]! * shade;
          surface.colour[at + k] = before +
            amount * (material.colour[k]! * (1 + 0.3 * rough) - before);
        }
        if (amount > 0.5) {
          surface.material[i] = own;
          surface.z[i]! += high * (dome[i]! / 255) + 0.9 * rough;
        }
        surface.alpha[i] = Math.max(surface.alpha[i]!, amount);
      }
    },
  };
}

/** Whether a person sees one on the other: by brightness, or by colour. */
function apart(a: Material, b: Material): boolean {
  const seen = (colour: Colour) => colour.map((c) => Math.sqrt(Math.min(c, 1)));
  const [p, q] = [seen(a.colour), seen(b.colour)];
  return Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!, p[2]! - q[2]!) > 0.5;
}
