import type { Random } from "../../random.ts";
import { metal, pickAlloy } from "../material.ts";
import { polygon } from "../raster.ts";
import { type Model, rounded, skin, smoothstep } from "./model.ts";

const hexSector = Math.PI / 3;

/**
 * A bolt `size` pixels long, lying on the belt, its head to the left: hex head (some with a flange)
 * or the knurled cylinder of a socket screw, a shank and a thread.
 */
export function bolt(size: number, random: Random): Model {
  const half = size / 2;
  const shank = size * random.between(0.085, 0.115);
  const socket = random.chance(0.3);
  const head = shank * (socket ? random.between(1.55, 1.75) : random.between(1.85, 2.15));
  const headLength = shank * (socket ? random.between(1.7, 2) : random.between(1.15, 1.4));
  const flange = !socket && random.chance(0.4) ? shank * 0.35 : 0;
  const neck = -half + headLength;
  const under = neck + flange;
  const threadFrom = under +
    (half - under) * (random.chance(0.4) ? 0.06 : random.between(0.2, 0.5));
  const pitch = random.between(4.2, 6);
  const depth = pitch * 0.2;
  const tip = shank * 0.4;
  const roll = random.between(0, hexSector);
  const alloy = pickAlloy(
    random,
    random.chance(0.7)
      ? ["steel", "bright steel", "zinc", "stainless"]
      : ["yellow zinc", "black oxide", "brass"],
  );
  const texture = skin(random, "linear", 0.035);
  const profile = hexProfile(head, roll);
  const cross = socket ? head : profile.half;

  /** The shank's radius at x, seen from above at `turn` of its girth (-1 to 1 turns of half). */
  const radiusAt = (x: number, turn: number) => {
    const chamfer = Math.max(0, x - (half - tip)) * 0.7;
    if (x < threadFrom) return shank;
    const phase = (x + turn * pitch * 0.25) / pitch;
    const wave = Math.abs(2 * (phase - Math.floor(phase)) - 1);
    const fade = smoothstep(threadFrom, threadFrom + pitch, x);
    return shank - fade * 2 * depth * wave - chamfer;
  };
  const upper: [number, number][] = [];
  const lower: [number, number][] = [];
  for (let x = under; x <= half + 0.01; x += 0.5) {
    upper.push([x, -radiusAt(x, -1)]);
    lower.unshift([x, radiusAt(x, 1)]);
  }
  const bevel = Math.min(headLength * 0.2, 4);
  const headShape: [number, number][] = [
    [neck, cross],
    [-half + bevel, cross],
    [-half, cross - bevel * 1.2],
    [-half, -cross + bevel * 1.2],
    [-half + bevel, -cross],
    [neck, -cross],
  ];
  const collar = cross * 1.14;
  const flangeShape = flange
    ? `<path d="${polygon([[neck, -collar], [under, -collar], [under, collar], [neck, collar]])}"/>`
    : "";
  const box = flange ? collar : cross;
  return {
    width: size,
    height: 2 * box,
    busy: true,
    outline: `<path d="${polygon(headShape)}"/>${flangeShape}<path d="${
      polygon([...upper, ...lower])
    }"/>`,
    thickness: cross * 1.2,
    materials: [
      metal(alloy, 1, "linear", 0.16),
      metal(alloy, 1),
    ],
    surface(x, y, point) {
      point.tone = texture.blotch(x, y);
      point.material = 1;
      if (x < neck) {
        const end = x + half;
        if (socket) {
          const across = Math.min(Math.abs(y) / head, 0.995);
          const girth = Math.asin(y < 0 ? -across : across);
          point.z = head * 1.2 * Math.sqrt(1 - across * across) + shank +
            (end > headLength * 0.25 ? 0.5 * Math.cos(girth * 26) : 0);
        } else {
          point.z = profile.at(y) + shank + 0.4 * texture.grain(y, x);
        }
        point.z += rounded(end, bevel * 1.3, bevel * 1.1) + rounded(neck - x, 1.4, 0.8);
      } else if (x < under) {
        point.z = Math.sqrt(Math.max(collar * collar - y * y, 0.01)) + shank +
          rounded(x - neck, 1.2, 0.8) + rounded(under - x, 1.2, 0.8);
      } else {
        const turn = Math.asin(Math.max(-1, Math.min(1, y / shank))) / (Math.PI / 2);
        const radius = radiusAt(x, turn);
        point.z = Math.sqrt(Math.max(radius * radius - y * y, 0.01)) + head;
        point.z += texture.grain(x, y) * 0.6;
        if (x > threadFrom) {
          point.material = 0;
          point.tone *= 0.55 + 0.45 * smoothstep(shank - 2 * depth, shank - 0.3, radius);
        }
        // The head's shadow on the shank beside it.
        point.tone *= 0.6 + 0.4 * smoothstep(under, under + 4, x);
      }
    },
    scratch(r) {
      if (r.chance(0.25)) {
        // Across the head, from corner to corner.
        const [x1, x2] = [-half + headLength * 0.15, neck - headLength * 0.15];
        const y = cross * r.between(0.75, 0.9) * (r.chance(0.5) ? 1 : -1);
        return { x1, y1: -y, x2, y2: y, bend: r.between(-1, 1) };
      }
      const from = r.between(under + 2, half * 0.1);
      const side = r.chance(0.5) ? 1 : -1;
      const y = shank * r.between(0.1, 0.75);
      return {
        x1: from,
        y1: -side * y,
        x2: Math.min(from + half * r.between(0.75, 1.1), half - 3),
        y2: side * y,
        bend: r.between(-3, 3),
      };
    },
    edge(r) {
      const side = r.chance(0.5) ? 1 : -1;
      if (r.chance(0.3)) {
        // A bite out of the head's end.
        const radius = Math.max(headLength * r.between(0.5, 0.65), 7);
        return { x: -half, y: side * cross * r.between(0.1, 0.5), radius };
      }
      const x = r.between(under + shank, half - shank * 0.5);
      return { x, y: side * shank * 1.05, radius: shank * r.between(0.75, 0.95) };
    },
    spot(r) {
      const onHead = r.chance(0.35);
      return onHead
        ? { x: -half + headLength * 0.5, y: cross * r.between(-0.4, 0.4), radius: r.between(6, 9) }
        : {
          x: r.between(under + 6, half - 8),
          y: shank * r.between(-0.35, 0.35),
          radius: Math.max(5.5, shank * r.between(0.6, 0.8)),
        };
    },
  };
}

/** Height of a hexagonal prism of circumradius `radius` on its side, rolled, above its axis. */
function hexProfile(radius: number, roll: number): { half: number; at(y: number): number } {
  const corners = [0, 1, 2, 3, 4, 5].map((i) => {
    const at = roll + i * hexSector;
    return [radius * Math.cos(at), radius * Math.sin(at)] as const;
  });
  const half = Math.max(...corners.map(([y]) => y));
  const flats = [0, 1, 2, 3, 4, 5].map((i) => roll + (i + 0.5) * hexSector)
    .map((at) => [Math.cos(at), Math.sin(at)] as const).filter(([, up]) => up > 0.05);
  const apothem = radius * Math.sqrt(3) / 2;
  return {
    half,
    at(y) {
      let z = Infinity;
      for (const [side, up] of flats) z = Math.min(z, (apothem - side * y) / up);
      return Math.max(z, -radius * 0.3);
    },
  };
}
