import { type LightTables, tableSize } from "./light.ts";
import type { Sprite } from "./sprite.ts";

/** Where a part lies: its middle in pixels of the frame, and how far it is turned, in radians. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
}

const half = (tableSize - 1) / 2;
/** Five samples across the grooves stand for all directions that they spread light to. */
const taps = [-1, -0.5, 0, 0.5, 1] as const;
const weights = [0.13, 0.23, 0.28, 0.23, 0.13] as const;

let lit = new Float32Array(0);

/**
 * Lights a sprite where it lies. `leanX` and `leanY` shift what it mirrors: the lamps are near, so
 * parts at the two ends of the frame see them elsewhere.
 *
 * @returns linear red, green, blue, each times coverage, and coverage, of each sample; good until
 * the next call.
 */
export function shade(
  sprite: Sprite,
  angle: number,
  leanX: number,
  leanY: number,
  light: LightTables,
): Float32Array {
  const { width, height, alpha, normals, colour, material, materials } = sprite;
  if (lit.length < 4 * width * height) lit = new Float32Array(4 * width * height);
  const out = lit;
  const cos = Math.cos(angle), sin = Math.sin(angle);
  const { diffuse, mirrored } = light;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const covered = alpha[i]!;
      if (covered === 0) {
        out.fill(0, 4 * i, 4 * i + 4);
        continue;
      }
      const mx = normals[2 * i]!, my = normals[2 * i + 1]!;
      const nx = cos * mx - sin * my, ny = sin * mx + cos * my;
      const surface = materials[material[i]!]!;
      const table = mirrored[surface.finish];
      const at = 3 * i, to = 4 * i;
      let red = 0, green = 0, blue = 0;
      if (surface.spread > 0) {
        // Across the grooves, in the part's frame and then in the picture's.
        let gx = 0, gy = 1;
        if (surface.grooves === "turned") {
          gx = x - width / 2;
          gy = y - height / 2;
          const far = surface.spread / Math.max(Math.sqrt(gx * gx + gy * gy), 1);
          gx *= far;
          gy *= far;
        } else {
          gy = surface.spread;
        }
        const ax = cos * gx - sin * gy, ay = sin * gx + cos * gy;
        for (let tap = 0; tap < 5; tap++) {
          const spot = index(nx + leanX + taps[tap]! * ax, ny + leanY + taps[tap]! * ay);
          const weight = weights[tap]!;
          red += weight * table[spot]!;
          green += weight * table[spot + 1]!;
          blue += weight * table[spot + 2]!;
        }
      } else {
        const fx = grid(nx + leanX), fy = grid(ny + leanY);
        const x0 = fx | 0, y0 = fy | 0;
        const u = fx - x0, v = fy - y0;
        const a = 3 * (y0 * tableSize + x0), b = a + 3 * tableSize;
        const w00 = (1 - u) * (1 - v), w01 = u * (1 - v), w10 = (1 - u) * v, w11 = u * v;
        red = w00 * table[a]! + w01 * table[a + 3]! + w10 * table[b]! + w11 * table[b + 3]!;
        green = w00 * table[a + 1]! + w01 * table[a + 4]! + w10 * table[b + 1]! +
          w11 * table[b + 4]!;
        blue = w00 * table[a + 2]! + w01 * table[a + 5]! + w10 * table[b + 2]! +
          w11 * table[b + 5]!;
      }
      const flat = index(nx, ny);
      if (surface.metal) {
        out[to] = covered * colour[at]! * (0.93 * red + 0.07 * diffuse[flat]!);
        out[to + 1] = covered * colour[at + 1]! * (0.93 * green + 0.07 * diffuse[flat + 1]!);
        out[to + 2] = covered * colour[at + 2]! * (0.93 * blue + 0.07 * diffuse[flat + 2]!);
      } else {
        // Schlick's approximation of how much a plastic mirrors.
        const grazing = 1 - Math.sqrt(Math.max(1 - nx * nx - ny * ny, 0));
        const mirror = 0.055 + 0.5 * grazing * grazing * grazing * grazing * grazing;
        out[to] = covered * (colour[at]! * diffuse[flat]! + mirror * red);
        out[to + 1] = covered * (colour[at + 1]! * diffuse[flat + 1]! + mirror * green);
        out[to + 2] = covered * (colour[at + 2]! * diffuse[flat + 2]! + mirror * blue);
      }
      out[to + 3] = covered;
    }
  }
  return out;
}

function grid(normal: number): number {
  const at = (normal + 1) * half;
  return at < 0 ? 0 : at > tableSize - 1.001 ? tableSize - 1.001 : at;
}

function index(nx: number, ny: number): number {
  return 3 * ((grid(ny) + 0.5 | 0) * tableSize + (grid(nx) + 0.5 | 0));
}
