import type { Random } from "../../random.ts";
import { metal, pickAlloy } from "../material.ts";
import { circle } from "../raster.ts";
import { chord, type Model, onRing, rounded, skin, smoothstep } from "./model.ts";

/** A flat washer `size` pixels across: stamped, so rounded at one edge, with a plain or turned face. */
export function washer(size: number, hole: boolean, random: Random): Model {
  const radius = size / 2;
  const bore = radius * random.between(0.38, 0.56);
  const grooves = random.pick(["turned", "linear", "none"] as const);
  const alloy = pickAlloy(
    random,
    random.chance(0.75)
      ? ["steel", "bright steel", "zinc", "stainless", "yellow zinc"]
      : ["copper", "brass", "black oxide"],
  );
  const texture = skin(random, grooves, grooves === "none" ? 0.05 : 0.045);
  const thickness = random.between(4, 6);
  const [bevel, drop] = [random.between(2.5, 5), random.between(1.2, 2.6)];
  const dish = random.between(-0.9, 0.9);
  const lip = random.between(1.6, 3);
  const middle = (radius + bore) / 2;
  const width = radius - bore;
  return {
    width: size,
    height: size,
    outline: `<path fill-rule="evenodd" d="${circle(radius)}${hole ? circle(bore) : ""}"/>`,
    thickness,
    materials: [metal(alloy, grooves === "none" ? 2 : 1, grooves, 0.3)],
    surface(x, y, point) {
      const r = Math.sqrt(x * x + y * y);
      point.z = thickness + rounded(radius - r, bevel, drop) + texture.grain(x, y) +
        dish * (r / radius) ** 2;
      point.tone = texture.blotch(x, y);
      point.material = 0;
      if (hole) {
        point.z += rounded(r - bore, lip, lip * 0.6);
      } else {
        // A blank that the press left closed: the punch has only marked where the hole belongs.
        const mark = Math.abs(r - bore);
        point.z -= 0.35 * (1 - smoothstep(0, 1.6, mark));
      }
    },
    scratch: (r) => chord(r, radius * 0.97, r.between(hole ? bore * 0.75 : 0, middle)),
    edge: (r) => onRing(r, radius, Math.min(width * r.between(0.45, 0.7), radius * 0.32)),
    spot: (r) =>
      onRing(r, middle, Math.min(Math.max(width * r.between(0.32, 0.45), size * 0.065), 11)),
  };
}
