import { Random } from "../random.ts";

const size = 256;
const mask = size - 1;

/** Smooth noise on a lattice of 256 by 256 random values, which repeats. */
export class Noise {
  readonly #values = new Float32Array(size * size);

  constructor(random: Random) {
    for (let i = 0; i < this.#values.length; i++) this.#values[i] = random.unit() * 2 - 1;
  }

  /** Value at a point, -1 to 1; it repeats every 256 in both directions. */
  at(x: number, y: number): number {
    const floorX = Math.floor(x), floorY = Math.floor(y);
    const fx = x - floorX, fy = y - floorY;
    const u = fx * fx * (3 - 2 * fx), v = fy * fy * (3 - 2 * fy);
    const x0 = floorX & mask, x1 = (x0 + 1) & mask;
    const row0 = (floorY & mask) * size, row1 = ((floorY + 1) & mask) * size;
    const values = this.#values;
    const top = values[row0 + x0]! + (values[row0 + x1]! - values[row0 + x0]!) * u;
    const bottom = values[row1 + x0]! + (values[row1 + x1]! - values[row1 + x0]!) * u;
    return top + (bottom - top) * v;
  }

  /** Three octaves of it, about -1 to 1, each turned so that the lattice does not show. */
  cloud(x: number, y: number): number {
    return 0.55 * this.at(0.8 * x + 0.6 * y, 0.8 * y - 0.6 * x) +
      0.3 * this.at(1.93 * x - 0.77 * y + 37, 1.93 * y + 0.77 * x + 11) +
      0.15 * this.at(3.1 * x + 3.4 * y + 71, 3.1 * y - 3.4 * x + 53);
  }
}

/** The noise that parts and belts share. */
export const noise: Noise = new Noise(new Random(0x6c696e65));

/** 2^18 normally distributed numbers, to be read from random places. */
export const gaussians: Float32Array = (() => {
  const random = new Random(0x6e6f6973);
  return Float32Array.from({ length: 1 << 18 }, () => random.normal());
})();
