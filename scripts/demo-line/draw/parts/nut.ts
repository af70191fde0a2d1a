import type { Random } from "../../random.ts";
import { type Colour, dull, metal, pickAlloy, scaled } from "../material.ts";
import { circle, polygon } from "../raster.ts";
import { chord, type Model, onRing, rounded, skin, smoothstep } from "./model.ts";

const cos30 = Math.sqrt(3) / 2;
const inserts: readonly Colour[] = [[0.05, 0.13, 0.45], [0.75, 0.75, 0.72], [0.5, 0.06, 0.05]];

/** Distance from the middle to the side of a hexagon that the point lies on a parallel of. */
export function hexagonal(x: number, y: number): number {
  const [a, b] = [Math.abs(x) * 0.5, Math.abs(y) * cos30];
  return Math.max(Math.abs(x), a + b);
}

/** A hex nut `size` pixels across its corners: plain, with a flange, or with a plastic insert. */
export function nut(size: number, hole: boolean, random: Random): Model {
  const style = random.pick(["plain", "plain", "flange", "insert"] as const);
  const corner = style === "flange" ? size / 2 * random.between(0.78, 0.86) : size / 2;
  const flat = corner * cos30;
  const bore = flat * random.between(0.5, 0.62);
  const lip = bore + flat * random.between(0.06, 0.11);
  const alloy = pickAlloy(
    random,
    random.chance(0.8)
      ? ["steel", "bright steel", "zinc", "stainless", "yellow zinc"]
      : ["brass", "black oxide"],
  );
  const grooves = random.pick(["turned", "none"] as const);
  const texture = skin(random, grooves, 0.04);
  const thickness = size * random.between(0.16, 0.24);
  const slope = random.between(0.4, 0.6);
  const bearing = flat * random.between(0.9, 0.97);
  const ring = lip + (flat - lip) * 0.34;
  const corners = [0, 1, 2, 3, 4, 5].map((i) => {
    const at = Math.PI / 6 + i * Math.PI / 3;
    return [corner * 0.995 * Math.cos(at), corner * 0.995 * Math.sin(at)] as const;
  });
  const outer = style === "flange" ? circle(size / 2) : polygon(corners);
  return {
    width: size,
    height: size,
    outline: `<path fill-rule="evenodd" d="${outer}${hole ? circle(bore) : ""}"/>`,
    thickness,
    materials: [
      metal(alloy, 1, grooves, 0.26),
      dull(random.pick(inserts), 1),
      metal(scaled(alloy, 0.5), 2),
    ],
    surface(x, y, point) {
      const r = Math.sqrt(x * x + y * y);
      const side = flat - hexagonal(x, y);
      point.material = 0;
      point.tone = texture.blotch(x, y);
      let z = thickness - Math.max(0, r - bearing) * slope + rounded(side, 2.2, 1.6);
      if (style === "flange") {
        const skirt = thickness * 0.35 + (size / 2 - r) * 0.28 + rounded(size / 2 - r, 2.5, 1.5);
        // The wall of the hexagon is steep, but the lens still sees a little of it.
        z = side > 0 ? z : Math.max(skirt, z + side * 4);
      }
      if (style === "insert" && r < ring && r > bore - 2) {
        point.material = 1;
        z += 0.8 + rounded(ring - r, 2, 1.2);
      }
      if (hole && r < lip) {
        z -= (lip - r) * 0.8;
        if (style !== "insert" && r < bore + (lip - bore) * 0.6) {
          // The first turns of the thread, in their own shade.
          const turn = 2 * r + Math.atan2(y, x) / Math.PI;
          z += 0.5 * Math.sin(turn * Math.PI);
          point.material = 2;
          point.tone *= 0.75;
        }
      } else if (!hole && style !== "insert") {
        z -= 1.1 * (1 - smoothstep(0, bore * 0.25, r)) +
          0.3 * (1 - smoothstep(0, 1.5, Math.abs(r - bore)));
      }
      point.z = z + texture.grain(x, y);
    },
    scratch: (r) => chord(r, flat * 0.98, r.between(hole ? bore * 0.8 : 0, (flat + lip) / 2)),
    edge(r) {
      const depth = (flat - lip) * r.between(0.5, 0.8);
      if (style === "flange") return onRing(r, size / 2, Math.max(depth, size * 0.1));
      // A corner, or somewhere along a side.
      const at = Math.PI / 6 + r.below(6) * Math.PI / 3;
      const along = r.chance(0.6) ? 0 : r.between(0.2, 0.8);
      const [x1, y1] = [corner * Math.cos(at), corner * Math.sin(at)];
      const next = at + Math.PI / 3;
      const [x2, y2] = [corner * Math.cos(next), corner * Math.sin(next)];
      const radius = Math.max(along === 0 ? depth * 1.35 : depth, size * 0.1);
      return { x: x1 + (x2 - x1) * along, y: y1 + (y2 - y1) * along, radius };
    },
    spot: (r) =>
      onRing(
        r,
        (lip + flat) / 2,
        Math.min(Math.max((flat - lip) * r.between(0.4, 0.55), size * 0.07), 11),
      ),
  };
}
