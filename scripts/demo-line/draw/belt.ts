import { coarse, patternOf, round, stainsHigh, stainsWide, tile } from "./belt_pattern.ts";
import { type LightTables, tableSize } from "./light.ts";
import type { Colour } from "./material.ts";
import type { Canvas } from "./place.ts";

/** Which belt, and how it lies. */
export interface Belt {
  /** One of the belts of a domain: its weave, stains and seam. */
  readonly variant: number;
  readonly weave: "twill" | "plain" | "rubber" | "smooth";
  readonly colour: Colour;
  /** Height of the weave: 1 is usual. */
  readonly relief: number;
  /** How much dirt shows, 0 to 1. */
  readonly dirt: number;
  /** How much of the lamps it mirrors. */
  readonly gloss: number;
  /** Radians between its motion and the frame's rows. */
  readonly tilt: number;
  /** Pixels a unit of the belt's pattern. */
  readonly zoom: number;
}

const tileMask = tile - 1;
const cellBits = 4;
const cell = 1 << cellBits;
const stepBits = 2;
const step = 1 << stepBits;
const shaded = new Float32Array(tile * tile);

/**
 * Covers the frame with the belt. `travel` is how far it has run, in pixels; `lean` how the lamps'
 * mirror images shift over the frame, per pixel from its middle.
 */
export function drawBelt(
  canvas: Canvas,
  belt: Belt,
  travel: number,
  light: LightTables,
  key: { readonly x: number; readonly y: number },
  lean: number,
): void {
  const pattern = patternOf(belt);
  const gain = belt.relief * 0.55;
  for (let i = 0; i < shaded.length; i++) {
    shaded[i] = pattern.tone[i]! *
      (1 + gain * (pattern.slopeX[i]! * key.x + pattern.slopeY[i]! * key.y));
  }
  const lit = lightGrid(canvas, belt, light, lean);
  const nodes = Math.ceil(canvas.width / cell) + 2;
  // The light of the current row, at every node.
  const here = new Float32Array(6 * nodes);
  const cos = Math.cos(belt.tilt) / belt.zoom, sin = Math.sin(belt.tilt) / belt.zoom;
  const { width, height, data } = canvas;
  // Its dirt, every few pixels.
  const dirt = new Float32Array((width >> stepBits) + 2);
  for (let y = 0, at = 0; y < height; y++) {
    const py = y + 0.5 - height / 2;
    const gridRow = 6 * Math.floor(y / cell) * nodes, fy = (y % cell) / cell;
    for (let i = 0, k = gridRow; i < here.length; i++, k++) {
      here[i] = lit[k]! + (lit[k + 6 * nodes]! - lit[k]!) * fy;
    }
    let u = cos * (0.5 - width / 2) + sin * py + travel / belt.zoom;
    let v = cos * py - sin * (0.5 - width / 2);
    // Kept positive, so that the bits below wrap it.
    u = ((u % round) + round) % round;
    v += 4 * tile;
    for (let i = 0; i < dirt.length; i++) {
      dirt[i] = stainAt(pattern.stains, u + i * step * cos, v - 4 * tile - i * step * sin);
    }
    for (let x = 0; x < width; x++, at += 3) {
      const x0 = u | 0, y0 = v | 0;
      const fu = u - x0, fv = v - y0;
      const a = (y0 & tileMask) * tile, b = ((y0 + 1) & tileMask) * tile;
      const c = x0 & tileMask, d = (x0 + 1) & tileMask;
      const top = shaded[a + c]! + (shaded[a + d]! - shaded[a + c]!) * fu;
      const bottom = shaded[b + c]! + (shaded[b + d]! - shaded[b + c]!) * fu;
      const stain = dirt[x >> stepBits]!;
      const tone = (top + (bottom - top) * fv) *
        (1 + belt.dirt * (stain + (dirt[(x >> stepBits) + 1]! - stain) * (x & (step - 1)) / step));
      const node = 6 * (x >> cellBits), fx = (x & (cell - 1)) / cell;
      const rest = 1 - fx;
      data[at] = (rest * here[node]! + fx * here[node + 6]!) * tone +
        rest * here[node + 1]! + fx * here[node + 7]!;
      data[at + 1] = (rest * here[node + 2]! + fx * here[node + 8]!) * tone +
        rest * here[node + 3]! + fx * here[node + 9]!;
      data[at + 2] = (rest * here[node + 4]! + fx * here[node + 10]!) * tone +
        rest * here[node + 5]! + fx * here[node + 11]!;
      u += cos;
      v -= sin;
      if (u >= round) u -= round;
    }
  }
}

/** Dirt at a place of the belt, `u` from 0 on along it and `v` from its middle. */
function stainAt(stains: Float32Array, u: number, v: number): number {
  const x = u / coarse, y = v / coarse + stainsHigh / 2;
  const x0 = Math.floor(x), y0 = Math.min(Math.max(Math.floor(y), 0), stainsHigh - 2);
  const fx = x - x0, fy = Math.min(Math.max(y - y0, 0), 1);
  const left = x0 % stainsWide, right = (x0 + 1) % stainsWide;
  const above = y0 * stainsWide, below = above + stainsWide;
  const top = stains[above + left]! + (stains[above + right]! - stains[above + left]!) * fx;
  const bottom = stains[below + left]! + (stains[below + right]! - stains[below + left]!) * fx;
  return top + (bottom - top) * fy;
}

/** What a flat belt throws back and what it mirrors at every sixteenth pixel: body, sheen per colour. */
function lightGrid(canvas: Canvas, belt: Belt, light: LightTables, lean: number): Float32Array {
  const columns = Math.ceil(canvas.width / cell) + 2, rows = Math.ceil(canvas.height / cell) + 2;
  const grid = new Float32Array(6 * columns * rows);
  const middle = tableSize >> 1;
  const flat = 3 * (middle * tableSize + middle);
  const table = light.mirrored[2];
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const fx = ((column * cell - canvas.width / 2) * lean + 1) * (tableSize - 1) / 2;
      const fy = ((row * cell - canvas.height / 2) * lean + 1) * (tableSize - 1) / 2;
      const x0 = Math.floor(fx), y0 = Math.floor(fy), u = fx - x0, v = fy - y0;
      const at = 3 * (y0 * tableSize + x0), under = at + 3 * tableSize;
      for (let c = 0; c < 3; c++, i += 2) {
        grid[i] = belt.colour[c]! * light.diffuse[flat + c]!;
        const above = table[at + c]! * (1 - u) + table[at + 3 + c]! * u;
        const below = table[under + c]! * (1 - u) + table[under + 3 + c]! * u;
        grid[i + 1] = belt.gloss * (above * (1 - v) + below * v);
      }
    }
  }
  return grid;
}
