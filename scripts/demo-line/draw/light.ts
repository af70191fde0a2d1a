import type { Colour } from "./material.ts";

/** A lamp with a diffuser, as the belt mirrored in still water would see it. */
export interface Lamp {
  /** Middle on the disc of directions: 0, 0 is straight above, length 1 the horizon. */
  readonly x: number;
  readonly y: number;
  /** Half its size along and across its own axis. */
  readonly length: number;
  readonly width: number;
  /** Radians that its axis is turned. */
  readonly turn: number;
  readonly colour: Colour;
}

/** The light over the line at one moment. */
export interface Light {
  readonly lamps: readonly Lamp[];
  /** The room: ceiling and walls. */
  readonly room: Colour;
  /** What the belt throws back at steep sides. */
  readonly floor: Colour;
  /** Light on what lies flat, of all directions together. */
  readonly level: number;
  /** Where shadows are thrown: a direction in the picture, and how dark they are, 0 to 1. */
  readonly shadow: { readonly x: number; readonly y: number; readonly depth: number };
}

/** Samples of a table in each direction; a table covers normals from -1 to 1. */
export const tableSize = 128;

/** Light by normal: red, green, blue of `tableSize` by `tableSize` normals. */
export interface LightTables {
  readonly diffuse: Float32Array;
  /** Mirrored light by the finish of a material: gloss, satin, rough. */
  readonly mirrored: readonly [Float32Array, Float32Array, Float32Array];
}

const softness = [0.07, 0.2, 0.42] as const;

/** Tabulates the light, seen straight from above as through a telecentric lens. */
export function lightTables(light: Light): LightTables {
  const tables = [0, 1, 2, 3].map(() => new Float32Array(3 * tableSize * tableSize));
  const [diffuse, ...mirrored] = tables as [Float32Array, Float32Array, Float32Array, Float32Array];
  const { lamps, room, floor } = light;
  const turned = lamps.map((lamp) => ({
    ...lamp,
    cos: Math.cos(lamp.turn),
    sin: Math.sin(lamp.turn),
    up: Math.sqrt(Math.max(1 - lamp.x * lamp.x - lamp.y * lamp.y, 0.05)),
    power: lamp.length * lamp.width,
  }));
  for (let row = 0, i = 0; row < tableSize; row++) {
    for (let column = 0; column < tableSize; column++, i += 3) {
      let nx = 2 * column / (tableSize - 1) - 1, ny = 2 * row / (tableSize - 1) - 1;
      const length = Math.sqrt(nx * nx + ny * ny);
      if (length > 0.995) [nx, ny] = [nx * 0.995 / length, ny * 0.995 / length];
      const nz = Math.sqrt(1 - nx * nx - ny * ny);
      const rx = 2 * nz * nx, ry = 2 * nz * ny, rz = 2 * nz * nz - 1;
      const sky = step((rz + 0.25) / 0.5);
      const above = 0.5 + 0.5 * nz;
      // Straight above hangs the camera in its hood, which is dark.
      const hood = 1 - 0.5 * step(1.4 - 3.2 * Math.sqrt(rx * rx + ry * ry));
      for (let c = 0; c < 3; c++) {
        const wall = 0.72 * room[c]! * hood;
        const base = floor[c]! + (wall - floor[c]!) * sky;
        for (const table of mirrored) table[i + c] = base;
        diffuse[i + c] = room[c]! * above + floor[c]! * (1 - above);
      }
      for (const lamp of turned) {
        const facing = nx * lamp.x + ny * lamp.y + nz * lamp.up;
        const reached = Math.max(0, (facing + 0.08) / 1.08) * lamp.power * 1.2;
        const dx = rx - lamp.x, dy = ry - lamp.y;
        const u = dx * lamp.cos + dy * lamp.sin, v = dy * lamp.cos - dx * lamp.sin;
        for (let c = 0; c < 3; c++) diffuse[i + c]! += lamp.colour[c]! * reached;
        if (sky === 0) continue;
        for (let finish = 0; finish < 3; finish++) {
          const soft = softness[finish]!;
          const seen = sky * slab(u, lamp.length, soft) * slab(v, lamp.width, soft);
          if (seen === 0) continue;
          const table = mirrored[finish]!;
          for (let c = 0; c < 3; c++) table[i + c]! += lamp.colour[c]! * seen;
        }
      }
    }
  }
  for (const table of tables) for (let i = 0; i < table.length; i++) table[i]! *= light.level;
  return { diffuse, mirrored };
}

/** 1 within `half` of 0, 0 beyond, softened; the area under it stays the same. */
function slab(at: number, half: number, soft: number): number {
  return step((half - at) / soft * 0.5 + 0.5) - step((-half - at) / soft * 0.5 + 0.5);
}

function step(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * (3 - 2 * t);
}
