import type { Defect } from "../classes.ts";
import type { Random } from "../random.ts";
import { softBlur } from "./blur.ts";
import { type Colour, dull, luminance, type Material, metal } from "./material.ts";
import { noise } from "./noise.ts";
import type { Model, Point, Stroke } from "./parts/model.ts";
import { polygon } from "./raster.ts";
import type { Surface } from "./surface.ts";

/** What a defect does to a part: a shape drawn beside the outline, and its effect on the surface. */
export interface Damage {
  /** SVG of the shape, white. */
  readonly shape: string;
  /** Whether the shape is cut out of the outline. */
  readonly cut: boolean;
  /** Changes the surface, given the shape's coverage of each sample. */
  apply(surface: Surface, coverage: Uint8Array): void;
}

/** Damage of that sort at a random place, `scale` samples a pixel; null for what the model shows itself. */
export function damage(
  defect: Defect | null,
  model: Model,
  scale: number,
  random: Random,
): Damage | null {
  switch (defect) {
    case "scratch":
      return scratch(model, scale, random);
    case "chip":
      return chip(model, scale, random);
    case "particle":
      return particle(model, scale, random);
    default:
      return null;
  }
}

/**
 * One gouge, or two side by side: a groove and the burr along it. Neither mirrors, and one is dark and
 * the other bright, so that it shows whatever its ground happens to mirror.
 */
function scratch(model: Model, scale: number, random: Random): Damage {
  const stroke = model.scratch(random);
  // Between the turns of a thread or over balls, a fine line would be lost.
  const width = model.busy ? random.between(2.4, 3.2) : random.between(2, 3);
  const lines = [gouge(stroke, width, random.between(0, 256))];
  if (random.chance(0.35)) {
    const [dx, dy] = across(stroke, random.between(5, 8));
    const [a, b] = [random.between(0, 0.35), random.between(0.65, 1)];
    const at = (t: number) =>
      [
        stroke.x1 + (stroke.x2 - stroke.x1) * t + dx,
        stroke.y1 + (stroke.y2 - stroke.y1) * t + dy,
      ] as const;
    const [[x1, y1], [x2, y2]] = [at(a), at(b)];
    lines.push(gouge({ x1, y1, x2, y2, bend: stroke.bend }, width * 0.8, random.between(0, 256)));
  }
  const strength = random.between(0.8, 1);
  const depth = random.between(0.35, 0.7);
  return {
    shape: lines.join(""),
    cut: false,
    apply(surface, coverage) {
      const hollow = softBlur(coverage, surface.width, surface.height, Math.round(scale / 2));
      const scars = model.materials.map(({ colour }) => surface.add(dull(colour, 2)));
      for (let i = 0; i < coverage.length; i++) {
        surface.z[i]! -= depth * hollow[i]! / 255;
        const covered = coverage[i]!;
        if (covered === 0) continue;
        const { metal: bare, colour } = model.materials[surface.material[i]!]!;
        const bright = luminance(colour) > 0.22;
        // Half grey is the burr, white the groove.
        const groove = strength * Math.max(0, covered - burr) / (255 - burr);
        const edge = bare ? 0.75 * strength * Math.min(covered / burr, 1) : 0;
        for (let at = 3 * i; at < 3 * i + 3; at++) {
          surface.colour[at]! += edge * ((bright ? 0.5 : 0.03) - surface.colour[at]!);
          surface.colour[at]! += groove * ((bright ? 0.04 : 0.58) - surface.colour[at]!);
        }
        if (covered > (bare ? burr / 2 : burr * 1.4)) {
          surface.material[i] = scars[surface.material[i]!]!;
        }
      }
    },
  };
}

const burr = 128;

/** A line that is thickest in its middle, with a burr in half grey around it, as SVG. */
function gouge(stroke: Stroke, width: number, phase: number): string {
  return `<g fill="#808080">${line(stroke, 2 * width + 0.4, phase)}</g>` +
    line(stroke, width, phase);
}

function line(stroke: Stroke, width: number, phase: number): string {
  const [nx, ny] = across(stroke, 1);
  const left: [number, number][] = [];
  const right: [number, number][] = [];
  for (let i = 0; i <= 24; i++) {
    const t = i / 24;
    const swing = stroke.bend * 4 * t * (1 - t) + noise.at(t * 5 + phase, phase) * 0.5;
    const x = stroke.x1 + (stroke.x2 - stroke.x1) * t + nx * swing;
    const y = stroke.y1 + (stroke.y2 - stroke.y1) * t + ny * swing;
    const half = width / 2 * (0.45 + 0.55 * Math.sqrt(Math.sin(Math.PI * t))) *
      (1 + 0.25 * noise.at(t * 14, phase));
    left.push([x + nx * half, y + ny * half]);
    right.unshift([x - nx * half, y - ny * half]);
  }
  return `<path d="${polygon([...left, ...right])}"/>`;
}

function across({ x1, y1, x2, y2 }: Stroke, length: number): [number, number] {
  const distance = Math.max(Math.hypot(x2 - x1, y2 - y1), 1e-6);
  return [-(y2 - y1) / distance * length, (x2 - x1) / distance * length];
}

/** A bite out of the outline; what is left around it is broken, rough and slopes down. */
function chip(model: Model, scale: number, random: Random): Damage {
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
function particle(model: Model, scale: number, random: Random): Damage {
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
