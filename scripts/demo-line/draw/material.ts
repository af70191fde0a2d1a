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

/** A plated or bare metal. */
export interface Alloy {
  readonly name: string;
  readonly colour: Colour;
}

const alloys: readonly Alloy[] = [
  { name: "steel", colour: [0.50, 0.51, 0.53] },
  { name: "steel", colour: [0.56, 0.56, 0.56] },
  { name: "zinc", colour: [0.62, 0.65, 0.69] },
  { name: "stainless", colour: [0.58, 0.56, 0.53] },
  { name: "yellow zinc", colour: [0.66, 0.55, 0.30] },
  { name: "brass", colour: [0.78, 0.60, 0.27] },
  { name: "copper", colour: [0.80, 0.47, 0.34] },
  { name: "black oxide", colour: [0.105, 0.105, 0.115] },
];

/** One of the first `count` alloys of: steel (2), zinc, stainless, yellow zinc, brass, copper, black. */
export function pickAlloy(random: Random, among: readonly string[]): Alloy {
  const alloy = random.pick(alloys.filter(({ name }) => among.includes(name)));
  const tone = random.between(0.85, 1.12);
  const warm = random.between(-0.03, 0.03);
  const [r, g, b] = alloy.colour;
  return { name: alloy.name, colour: [r * tone * (1 + warm), g * tone, b * tone * (1 - warm)] };
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
