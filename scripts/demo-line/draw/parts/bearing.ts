import type { Random } from "../../random.ts";
import { type Colour, dull, metal, pickAlloy, scaled } from "../material.ts";
import { circle } from "../raster.ts";
import { chord, type Model, onRing, rounded, skin } from "./model.ts";

const seals: readonly Colour[] = [[0.03, 0.03, 0.033], [0.24, 0.055, 0.03], [0.02, 0.07, 0.20]];
const cages: readonly Colour[] = [[0.60, 0.42, 0.16], [0.42, 0.43, 0.45], [0.04, 0.04, 0.04]];

/** A ball bearing `size` pixels across, lying flat: sealed with rubber, shielded with steel, or open. */
export function bearing(size: number, hole: boolean, random: Random): Model {
  const radius = size / 2;
  const bore = radius * random.between(0.3, 0.4);
  const inner = bore + radius * random.between(0.11, 0.16);
  const outer = radius * random.between(0.79, 0.85);
  const middle = (inner + outer) / 2;
  const style = random.pick(["rubber", "rubber", "shield", "open"] as const);
  const alloy = pickAlloy(random, ["steel", "bright steel", "stainless"]);
  const texture = skin(random, "turned", 0.03);
  const thickness = size * random.between(0.13, 0.2);
  const chamfer = random.between(1.8, 3.2);
  const recess = random.between(1.4, 2.6);
  const ball = (outer - inner) * 0.42;
  const balls = Math.floor(2 * Math.PI * middle / (ball * random.between(2.5, 3)));
  const start = random.between(0, 2 * Math.PI);
  const step = 2 * Math.PI / balls;
  const cage = random.pick(cages);
  const ribs = random.between(0.4, 0.9);
  return {
    width: size,
    height: size,
    busy: style === "open",
    outline: `<path fill-rule="evenodd" d="${circle(radius)}${hole ? circle(bore) : ""}"/>`,
    thickness,
    materials: [
      metal(alloy, 1, "turned", 0.3),
      style === "shield"
        ? metal(scaled(alloy, 0.85), 1, "turned", 0.34)
        : dull(random.pick(seals), 1),
      metal([0.6, 0.6, 0.62], 0),
      cage[0] < 0.1 ? dull(cage) : metal(cage, 2),
    ],
    surface(x, y, point) {
      const r = Math.sqrt(x * x + y * y);
      point.tone = texture.blotch(x, y);
      point.material = 0;
      let z = thickness + texture.grain(x, y) + rounded(radius - r, chamfer, chamfer * 0.8);
      if (r < outer && r > inner) {
        const wall = Math.min(outer - r, r - inner);
        if (style === "open") {
          // The nearest ball, or the cage that holds them apart.
          const at = Math.atan2(y, x) - start;
          const nearest = start + Math.round(at / step) * step;
          const dx = x - middle * Math.cos(nearest), dy = y - middle * Math.sin(nearest);
          const d2 = dx * dx + dy * dy;
          if (d2 < ball * ball) {
            point.material = 2;
            point.tone = 1;
            z = thickness - recess - ball * 0.9 + Math.sqrt(ball * ball - d2);
          } else {
            point.material = 3;
            point.tone = wall < ball * 0.3 ? 0.35 : 0.9;
            z = thickness - recess - ball * (wall < ball * 0.3 ? 1 : 0.45);
          }
        } else {
          point.material = 1;
          const seam = wall < 1.6 ? 0.8 : 0;
          z = thickness - recess - seam + ribs * Math.cos((r - middle) * 0.55) +
            0.4 * texture.grain(x, y);
          if (seam) point.tone *= 0.6;
        }
      } else {
        z += rounded(Math.abs(r - (r >= outer ? outer : inner)), 1.4, 0.7);
      }
      if (hole) {
        if (r < inner) z += rounded(r - bore, chamfer, chamfer * 0.8);
      } else if (r < bore) {
        // No bore was turned: a blank face, a little below the ring.
        z -= 0.9 - rounded(bore - r, 2, 1);
      }
      point.z = z;
    },
    scratch: (r) =>
      chord(r, radius * 0.98, r.between(hole ? bore * 1.1 : bore * 0.3, radius * 0.72)),
    edge: (r) => onRing(r, radius, radius * r.between(0.2, 0.3)),
    spot: (r) =>
      onRing(
        r,
        middle + r.between(-0.1, 0.16) * radius,
        Math.min(radius * r.between(0.17, 0.24), 12),
      ),
  };
}
