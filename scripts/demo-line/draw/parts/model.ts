import type { Random } from "../../random.ts";
import { noise } from "../noise.ts";
import type { Colour, Material } from "../material.ts";

/** What a model says of one point of its surface. */
export interface Point {
  /** Height above the belt, in pixels. */
  z: number;
  /** Index into the model's materials. */
  material: number;
  /** Factor of the material's colour. */
  tone: number;
}

/** A place on a part, in pixels from its middle, and how large a defect may be there. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** A line over a part, bent sideways in its middle by `bend`; pixels from the part's middle. */
export interface Stroke {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly bend: number;
}

/** One part's shape and surface before any damage, lying as the camera sees it, not turned. */
export interface Model {
  /** Pixels of the box around it; its middle is the origin. */
  readonly width: number;
  readonly height: number;
  /** Whether it is full of shadows and lines of its own: damage must be plainer there. */
  readonly busy?: boolean;
  /** SVG of its silhouette, holes left out. */
  readonly outline: string;
  /** How far it stands above the belt, in pixels: the length of its shadow. */
  readonly thickness: number;
  readonly materials: readonly Material[];
  /** SVG of what is printed on it in which colour, or stands out by `height` pixels. */
  readonly print?: { readonly shape: string; readonly colour: Colour; readonly height: number };
  /** Fills `point` for x, y in pixels from the middle; defined beyond the outline too. */
  surface(x: number, y: number, point: Point): void;
  /** Where a scratch may run. */
  scratch(random: Random): Stroke;
  /** A place on the outline for a chip. */
  edge(random: Random): Place;
  /** A place on the surface for a foreign particle. */
  spot(random: Random): Place;
}

/** Drop of a rounded edge `width` wide and `drop` high at `inside` pixels within the outline. */
export function rounded(inside: number, width: number, drop: number): number {
  if (inside >= width) return 0;
  const t = Math.min((width - inside) / width, 1.5);
  return -drop * t * t;
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = Math.min(Math.max((value - low) / (high - low), 0), 1);
  return t * t * (3 - 2 * t);
}

/** The texture that tools, tumbling and handling leave: no two parts have the same. */
export interface Skin {
  /** Height of the grooves at a point, in pixels. */
  grain(x: number, y: number): number;
  /** Factor of the colour at a point: blotches and grease. */
  blotch(x: number, y: number): number;
}

/** A skin with grooves that run around the middle, along x, or nowhere. */
export function skin(random: Random, grooves: Material["grooves"], depth: number): Skin {
  const [ox, oy] = [random.between(0, 256), random.between(0, 256)];
  const mottle = random.between(0.03, 0.14);
  const grain = grooves === "turned"
    ? (x: number, y: number) => {
      const r = Math.sqrt(x * x + y * y);
      return depth * (noise.at(r * 0.9 + ox, oy + x * 0.012) + 0.5 * noise.at(r * 1.9, oy + ox));
    }
    : grooves === "linear"
    ? (x: number, y: number) =>
      depth * (noise.at(x * 0.03 + ox, y * 0.8 + oy) + 0.5 * noise.at(x * 0.06 + oy, y * 1.7 + ox))
    : (x: number, y: number) => depth * noise.at(x * 0.55 + ox, y * 0.55 + oy);
  return {
    grain,
    blotch: (x, y) => 1 + mottle * noise.at(x * 0.06 + y * 0.05 + ox, y * 0.06 - x * 0.05 + oy),
  };
}

/** A chord across a disc of `radius`, `offset` from its middle, in a random direction. */
export function chord(random: Random, radius: number, offset: number): Stroke {
  const direction = random.between(0, 2 * Math.PI);
  const half = Math.sqrt(Math.max(radius * radius - offset * offset, 0)) *
    random.between(0.8, 1);
  const [c, s] = [Math.cos(direction), Math.sin(direction)];
  return {
    x1: -s * offset - c * half,
    y1: c * offset - s * half,
    x2: -s * offset + c * half,
    y2: c * offset + s * half,
    bend: random.between(-0.12, 0.12) * half,
  };
}

/** A place on a ring around the middle. */
export function onRing(random: Random, radius: number, size: number): Place {
  const direction = random.between(0, 2 * Math.PI);
  return { x: radius * Math.cos(direction), y: radius * Math.sin(direction), radius: size };
}
