import type { Random } from "../../random.ts";
import { type Colour, dull, luminance, scaled } from "../material.ts";
import { polygon } from "../raster.ts";
import { chord, type Model, onRing, rounded, skin, smoothstep } from "./model.ts";

const colours: readonly Colour[] = [
  [0.40, 0.035, 0.03],
  [0.035, 0.09, 0.32],
  [0.03, 0.21, 0.09],
  [0.60, 0.40, 0.05],
  [0.52, 0.16, 0.03],
  [0.60, 0.60, 0.57],
  [0.035, 0.035, 0.038],
  [0.11, 0.29, 0.44],
];
const prints: readonly ("none" | "star" | "drop" | "bars")[] = [
  "none",
  "none",
  "star",
  "drop",
  "bars",
  "bars",
];

/** A plastic screw cap `size` pixels across, seen from above: knurled rim, raised ring, some printed. */
export function cap(size: number, random: Random): Model {
  const radius = size / 2;
  const teeth = Math.round(random.between(0.45, 0.7) * size);
  const depth = size * random.between(0.004, 0.010);
  const tone = random.between(0.85, 1.15);
  const colour = scaled(random.pick(colours), tone);
  const texture = skin(random, "none", 0.02);
  const thickness = size * random.between(0.13, 0.2);
  const shoulder = radius * random.between(0.72, 0.82);
  const ring = radius * random.between(0.5, 0.62);
  const ringHeight = random.chance(0.7) ? random.between(0.9, 1.8) : 0;
  const dome = random.between(-2.2, 3.4);
  const embossed = random.chance(0.5);
  const gate = random.chance(0.6);
  const print = random.pick(prints);
  const outline: [number, number][] = [];
  for (let i = 0; i < teeth * 8; i++) {
    const at = i / (teeth * 8) * 2 * Math.PI;
    const r = radius - depth * (1 - Math.cos(teeth * at));
    outline.push([r * Math.cos(at), r * Math.sin(at)]);
  }
  return {
    width: size,
    height: size,
    outline: `<path d="${polygon(outline)}"/>`,
    thickness,
    materials: [dull(colour, random.pick([0, 0, 1] as const))],
    ...(print === "none" ? {} : {
      print: {
        shape: printed(print, ring * 0.72, random.between(0, 360)),
        colour: luminance(colour) > 0.3 ? [0.05, 0.06, 0.11] : [0.58, 0.58, 0.55],
        height: embossed ? random.between(0.8, 1.4) : 0,
      },
    }),
    surface(x, y, point) {
      const r = Math.sqrt(x * x + y * y);
      let shade = 0;
      let z = thickness + dome * (1 - (r / shoulder) ** 2) + texture.grain(x, y);
      if (r > shoulder) {
        z += rounded(radius - r, radius - shoulder, thickness * 0.8);
        const rim = smoothstep(shoulder, radius * 0.95, r);
        const rib = Math.cos(teeth * Math.atan2(y, x));
        z += rim * 1.3 * rib;
        shade = 0.22 * rim * (1 - rib);
      }
      const onto = Math.abs(r - ring);
      if (onto < 3) z += ringHeight * (1 - smoothstep(0.6, 2.6, onto));
      if (gate && r < 3) z += 0.8 * (1 - smoothstep(0.8, 2.4, r));
      point.z = z;
      point.material = 0;
      point.tone = texture.blotch(x, y) * (1 - shade);
    },
    scratch: (r) => chord(r, radius * 0.9, r.between(0, radius * 0.45)),
    edge: (r) => onRing(r, radius, radius * r.between(0.2, 0.32)),
    spot: (r) =>
      onRing(r, radius * r.between(0.1, 0.62), Math.min(radius * r.between(0.16, 0.24), 12)),
  };
}

function printed(what: "star" | "drop" | "bars", radius: number, turn: number): string {
  const rotate = `transform="rotate(${turn.toFixed(1)})"`;
  if (what === "bars") {
    const bar = (y: number, half: number) =>
      `<rect x="${-half}" y="${y - radius * 0.11}" width="${2 * half}" height="${radius * 0.22}"/>`;
    return `<g ${rotate}>${bar(-radius * 0.5, radius * 0.7)}${bar(0, radius)}` +
      `${bar(radius * 0.5, radius * 0.7)}</g>`;
  }
  if (what === "drop") {
    const r = radius * 0.8;
    return `<path ${rotate} d="M0 ${-r * 1.2}C${r * 0.5} ${-r * 0.3} ${r * 0.8} 0 ${r * 0.8} ${
      r * 0.4
    }` +
      `A${r * 0.8} ${r * 0.8} 0 1 1 ${-r * 0.8} ${r * 0.4}C${-r * 0.8} 0 ${-r * 0.5} ${
        -r * 0.3
      } 0 ${-r * 1.2}Z"/>`;
  }
  const points = Array.from({ length: 10 }, (_, i) => {
    const r = i % 2 ? radius * 0.42 : radius;
    return [r * Math.cos(i * Math.PI / 5), r * Math.sin(i * Math.PI / 5)] as const;
  });
  return `<path ${rotate} d="${polygon(points)}"/>`;
}
