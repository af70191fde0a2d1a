import type { Random } from "../../random.ts";
import { softBlur } from "../blur.ts";
import { dull } from "../material.ts";
import { noise } from "../noise.ts";
import type { Model } from "../parts/model.ts";
import { polygon } from "../raster.ts";
import type { Damage } from "./damage.ts";

/** A bite out of the outline; what is left around it is broken, rough and slopes down. */
export function chip(model: Model, scale: number, random: Random): Damage {
  const { x, y, radius } = model.edge(random);
  const corners = 9 + random.below(5);
  const bite = Array.from({ length: corners }, (_, i) => {
    const at = (i + random.between(-0.3, 0.3)) / corners * 2 * Math.PI;
    const r = radius * random.between(0.8, 1.14);
    return [x + r * Math.cos(at), y + r * Math.sin(at)] as const;
  });
  const rim = random.between(1.8, 2.6);
  const phase = random.between(0, 256);
  return {
    shape: `<path d="${polygon(bite)}"/>`,
    cut: true,
    apply(surface, coverage) {
      const { width, height, z } = surface;
      const near = softBlur(coverage, width, height, Math.round(rim * scale));
      const broken = model.materials.map(({ colour }) => surface.add(dull(colour, 2)));
      for (let i = 0; i < coverage.length; i++) {
        const slope = near[i]! / 255;
        if (slope < 0.04) continue;
        const [px, py] = [(i % width) / scale, Math.floor(i / width) / scale];
        z[i]! -= 5 * slope + 0.8 * Math.min(slope * 4, 1) * noise.cloud(px * 0.5 + phase, py * 0.5);
        if (slope < 0.12) continue;
        // A fresh break is bright, and sparkles a little.
        const fresh = 0.42 + 0.3 * noise.at(px * 0.8 + phase, py * 0.8);
        const bare = model.materials[surface.material[i]!]!.metal;
        const amount = Math.min(1, slope * 3) * (bare ? 0.75 : 0.3);
        for (let at = 3 * i; at < 3 * i + 3; at++) {
          surface.colour[at]! += amount * (fresh - surface.colour[at]!);
        }
        surface.material[i] = broken[surface.material[i]!]!;
      }
    },
  };
}
