import type { Defect, Kind } from "../classes.ts";
import { Random } from "../random.ts";
import { boxBlur, softBlur } from "./blur.ts";
import { damage } from "./damage/index.ts";
import type { Material } from "./material.ts";
import { flawOf, outlineOf } from "./outline.ts";
import { model } from "./parts/index.ts";
import type { Point } from "./parts/model.ts";
import { rasterise } from "./raster.ts";
import { type Shadow, shadowOf } from "./shadow.ts";
import { Surface } from "./surface.ts";

/** Samples a pixel in each direction. */
export const sampling = 1.6;
/** Boxes are this many pixels, or a multiple, so that they have a whole number of samples. */
const unit = 5;

/** Which part it is; everything about its looks follows from this. */
export interface PartSpec {
  readonly kind: Kind;
  readonly defect: Defect | null;
  /** Pixels across, or long. */
  readonly size: number;
  readonly seed: number;
}

/** A part ready to be lit: its surface in its own frame, its middle in the middle. */
export interface Sprite {
  /** Samples; `sampling` of them a pixel. */
  readonly width: number;
  readonly height: number;
  /** Coverage of each sample, 0 to 1. */
  readonly alpha: Float32Array;
  /** Normal's x and y of each sample; z is up. */
  readonly normals: Float32Array;
  /** Linear colour of each sample, hollows darkened already. */
  readonly colour: Float32Array;
  readonly material: Uint8Array;
  readonly materials: readonly Material[];
  /** x, y pairs of its outline in pixels from the middle. */
  readonly outline: Float32Array;
  /** x, y pairs of points all over its defect, in pixels from the middle; empty for a good part. */
  readonly flaw: Float32Array;
  /** Pixels that it covers. */
  readonly area: number;
  readonly shadow: Shadow;
}

const margin = 3;

/** Makes the sprite of a part. The same part gives the same sprite. */
export async function makeSprite(part: PartSpec): Promise<Sprite> {
  const shape = model(part.kind, part.defect, part.size, new Random(part.seed, 1));
  const harm = damage(part.defect, shape, sampling, new Random(part.seed, 2));
  const whole = (length: number) => Math.ceil((length + 2 * margin) / unit) * unit;
  const [boxWidth, boxHeight] = [whole(shape.width), whole(shape.height)];
  const cut = harm?.cut ? `<g fill="#000">${harm.shape}</g>` : "";
  const panels = [shape.outline + cut];
  if (harm) panels.push(harm.shape);
  if (shape.print) panels.push(shape.print.shape);
  const coverages = await rasterise(panels, boxWidth, boxHeight, sampling);
  const surface = new Surface(boxWidth * sampling, boxHeight * sampling, shape.materials);
  const { width, height } = surface;
  const print = shape.print?.height === 0 ? coverages.at(-1)! : null;
  const relief = shape.print?.height ? softBlur(coverages.at(-1)!, width, height, 1) : null;
  const solid = coverages[0]!;
  const point: Point = { z: 0, material: 0, tone: 1 };
  for (let y = 0, i = 0; y < height; y++) {
    const py = (y + 0.5) / sampling - boxHeight / 2;
    for (let x = 0; x < width; x++, i++) {
      if (solid[i] === 0 && bare(solid, i, width)) {
        surface.z[i] = shape.thickness;
        continue;
      }
      shape.surface((x + 0.5) / sampling - boxWidth / 2, py, point);
      surface.z[i] = point.z + (relief ? shape.print!.height * relief[i]! / 255 : 0);
      surface.material[i] = point.material;
      surface.alpha[i] = solid[i]! / 255;
      const ink = print ? print[i]! / 255 : 0;
      for (let c = 0; c < 3; c++) {
        const own = surface.materials[point.material]!.colour[c]!;
        surface.colour[3 * i + c] = point.tone *
          (ink ? own + ink * (shape.print!.colour[c]! - own) : own);
      }
    }
  }
  if (harm) harm.apply(surface, coverages[1]!);
  // No part lies quite flat.
  const lie = new Random(part.seed, 3);
  const tilt = [0.035 * lie.normal(), 0.035 * lie.normal()] as const;
  return {
    width,
    height,
    alpha: surface.alpha,
    normals: normalsOf(surface, tilt),
    colour: darkenHollows(surface),
    material: surface.material,
    materials: surface.materials,
    outline: outlineOf(surface),
    flaw: part.defect === null
      ? new Float32Array(0)
      : flawOf(harm ? coverages[1]! : solid, width, height, harm ? 1 : 0.3),
    area: surface.alpha.reduce((sum, alpha) => sum + alpha, 0) / sampling ** 2,
    shadow: shadowOf(surface, shape.thickness),
  };
}

/** Whether nothing is covered within two samples above, below and beside: no slope will be taken there. */
function bare(solid: Uint8Array, i: number, width: number): boolean {
  for (const step of [2, 2 * width]) {
    if ((solid[i - step] ?? 0) !== 0 || (solid[i + step] ?? 0) !== 0) return false;
  }
  return true;
}

function normalsOf(
  { z, width, height }: Surface,
  [tiltX, tiltY]: readonly [number, number],
): Float32Array {
  const normals = new Float32Array(2 * width * height);
  const perPixel = sampling / 2;
  for (let y = 0, i = 0; y < height; y++) {
    const up = y > 0 ? width : 0, down = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      const dx = (z[x < width - 1 ? i + 1 : i]! - z[x > 0 ? i - 1 : i]!) * perPixel + tiltX;
      const dy = (z[i + down]! - z[i - up]!) * perPixel + tiltY;
      const length = Math.sqrt(dx * dx + dy * dy + 1);
      normals[2 * i] = -dx / length;
      normals[2 * i + 1] = -dy / length;
    }
  }
  return normals;
}

let surroundings = new Float32Array(0);

/** Less light reaches what lies lower than its surroundings. */
function darkenHollows({ z, width, height, colour }: Surface): Float32Array {
  if (surroundings.length < z.length) surroundings = new Float32Array(z.length);
  const around = boxBlur(z, width, height, Math.round(4 * sampling), surroundings);
  for (let i = 0; i < z.length; i++) {
    const open = Math.min(Math.max(1 + 0.13 * (z[i]! - around[i]!), 0.4), 1.12);
    for (let c = 0; c < 3; c++) colour[3 * i + c]! *= open;
  }
  return colour;
}
