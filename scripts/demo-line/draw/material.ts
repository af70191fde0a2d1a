import type { Random } from "../random.ts";

/** Red, green and blue, linear, 1 being all light thrown back. */
export type Colour = readonly [number, number, number];

/** How a surface answers light. */
export interface Material {
  /** Thrown back: by a metal's mirror, or by a plastic's body. */
  readonly colour: Colour;
  readonly metal: boolean;
  /** Which of the light's mirror tables: 0 gloss, 1 satin, 2 rough. */
  readonly finish: 0 | 1 | 2;
  /** How far the grooves of tool or brush spread a highlight across them; 0 for none. */
  readonly spread: number;
  /** Grooves run around the centre, or along one direction. */
  readonly grooves: "turned" | "linear" | "none";
}

const alloys = {
  "steel": [0.50, 0.51, 0.53],
  "bright steel": [0.56, 0.56, 0.56],
  "zinc": [0.62, 0.65, 0.69],
  "stainless": [0.58, 0.56, 0.53],
  "yellow zinc": [0.66, 0.55, 0.30],
  "brass": [0.78, 0.60, 0.27],
  "copper": [0.80, 0.47, 0.34],
  "black oxide": [0.105, 0.105, 0.115],
} as const;

/** A plated or bare metal. */
export type Alloy = keyof typeof alloys;

/** The colour of one of these metals: no two heats or baths give quite the same. */
export function pickAlloy(random: Random, among: readonly Alloy[]): Colour {
  const [r, g, b] = alloys[random.pick(among)];
  const tone = random.between(0.85, 1.12);
  const warm = random.between(-0.03, 0.03);
  return [r * tone * (1 + warm), g * tone, b * tone * (1 - warm)];
}

/** A colour that throws back so many times as much. */
export function scaled([r, g, b]: Colour, factor: number): Colour {
  return [r * factor, g * factor, b * factor];
}

/** A metal surface with that finish. */
export function metal(
  colour: Colour,
  finish: 0 | 1 | 2,
  grooves: Material["grooves"] = "none",
  spread = 0,
): Material {
  return { colour, metal: true, finish, grooves, spread };
}

/** Plastic, rubber or dirt. */
export function dull(colour: Colour, finish: 0 | 1 | 2 = 1): Material {
  return { colour, metal: false, finish, grooves: "none", spread: 0 };
}

/** How bright a colour is to the eye. */
export function luminance([r, g, b]: Colour): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
