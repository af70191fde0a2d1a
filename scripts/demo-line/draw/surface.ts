import type { Material } from "./material.ts";

/** A part's surface while it is being made: samples row by row. */
export class Surface {
  readonly z: Float32Array;
  readonly alpha: Float32Array;
  /** Linear red, green, blue of each sample. */
  readonly colour: Float32Array;
  /** Index into `materials`. */
  readonly material: Uint8Array;
  readonly materials: Material[];

  constructor(readonly width: number, readonly height: number, materials: readonly Material[]) {
    const samples = width * height;
    this.z = new Float32Array(samples);
    this.alpha = new Float32Array(samples);
    this.colour = new Float32Array(3 * samples);
    this.material = new Uint8Array(samples);
    this.materials = [...materials];
  }

  /** Adds a material; returns its index. */
  add(material: Material): number {
    return this.materials.push(material) - 1;
  }
}
