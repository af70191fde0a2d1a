import type { Random } from "../random.ts";
import { gaussians } from "./noise.ts";
import type { Canvas } from "./place.ts";

/** A camera: lens, sensor and what its signal processing does. */
export interface Camera {
  /** Weight of each neighbour that lens and sensor mix in, 0 to 0.3. */
  readonly softness: number;
  /** Pixels that the belt runs while the shutter is open. */
  readonly smear: number;
  /** How much darker the corners are, 0 to 1. */
  readonly vignette: number;
  /** Lamps lean over the frame: change of brightness from its middle to an edge. */
  readonly fall: readonly [number, number];
  readonly exposure: number;
  /** Gains of red, green, blue. */
  readonly balance: readonly [number, number, number];
  /** Deviation of the sensor's own noise, and photons' noise at full white. */
  readonly readNoise: number;
  readonly shotNoise: number;
  readonly gamma: number;
  /** 0 is a plain curve, 1 one with much contrast. */
  readonly contrast: number;
  readonly saturation: number;
}

/** Both blurs as one kernel of odd length. */
function rowKernel(weight: number, length: number): Float64Array {
  const reach = Math.max(0, Math.ceil(length / 2 - 0.5));
  const motion = new Float64Array(2 * reach + 1);
  // How much of each pixel a moving point crosses.
  for (let i = -reach; i <= reach; i++) {
    const crossed = Math.min(i + 0.5, length / 2) - Math.max(i - 0.5, -length / 2);
    motion[i + reach] = length > 0 ? Math.max(crossed, 0) / length : 1;
  }
  if (weight <= 0) return motion;
  const kernel = new Float64Array(motion.length + 2);
  motion.forEach((share, i) => {
    kernel[i]! += weight * share;
    kernel[i + 1]! += (1 - 2 * weight) * share;
    kernel[i + 2]! += weight * share;
  });
  return kernel;
}

/** Blurs single rows of a canvas: by motion and, along the row, by the lens. */
class RowBlur {
  readonly #kernel: Float64Array;
  readonly #reach: number;
  readonly #row: Float32Array;

  constructor(private readonly canvas: Canvas, weight: number, length: number) {
    this.#kernel = rowKernel(weight, length);
    this.#reach = (this.#kernel.length - 1) / 2;
    this.#row = new Float32Array(3 * (canvas.width + 2 * this.#reach));
  }

  /** Writes row `y`, blurred, to `into`. */
  write(y: number, into: Float32Array): void {
    const { width, data } = this.canvas;
    const reach = this.#reach, row = this.#row, kernel = this.#kernel;
    const from = 3 * y * width;
    row.set(data.subarray(from, from + 3 * width), 3 * reach);
    for (let i = 0; i < reach; i++) {
      for (let c = 0; c < 3; c++) {
        row[3 * i + c] = data[from + c]!;
        row[3 * (reach + width + i) + c] = data[from + 3 * (width - 1) + c]!;
      }
    }
    const middle = kernel[reach]!;
    for (let i = 0, at = 3 * reach; i < 3 * width; i++, at++) into[i] = middle * row[at]!;
    // It is the same on both sides.
    for (let k = 1; k <= reach; k++) {
      const weight = kernel[reach + k]!;
      const far = 3 * k;
      for (let i = 0, at = 3 * reach; i < 3 * width; i++, at++) {
        into[i]! += weight * (row[at - far]! + row[at + far]!);
      }
    }
  }
}

const steps = 4096;
const brightest = 2;

/**
 * Turns light into the camera's eight-bit picture: red, green, blue of each pixel. One row after the
 * other goes through all of lens, sensor and curve, while it is in the processor's cache.
 */
export function expose(canvas: Canvas, camera: Camera, random: Random): Uint8Array {
  const { width, height, data } = canvas;
  const curve = toneCurve(camera);
  const out = new Uint8Array(data.length);
  const { readNoise, shotNoise, saturation, softness } = camera;
  const read2 = readNoise * readNoise, shot2 = shotNoise * shotNoise;
  const mask = gaussians.length - 1;
  const scale = (steps - 1) / brightest;
  const corner = (width * width + height * height) / 4;
  const [gr, gg, gb] = camera.balance;
  const tilt = camera.fall[0] * 2 / width;
  const blur = new RowBlur(canvas, softness, camera.smear);
  let above = new Float32Array(3 * width);
  let row = new Float32Array(3 * width), below = new Float32Array(3 * width);
  blur.write(0, row);
  above.set(row);
  const own = 1 - 2 * softness;
  for (let y = 0, i = 0; y < height; y++) {
    if (y + 1 < height) blur.write(y + 1, below);
    else below.set(row);
    const py = y + 0.5 - height / 2;
    let from = random.word() & mask;
    const across = 1 + camera.fall[1] * 2 * py / height;
    for (let x = 0, k = 0; x < width; x++, i += 3, k += 3) {
      const px = x + 0.5 - width / 2;
      const gain = camera.exposure * (across + tilt * px) *
        (1 - camera.vignette * (px * px + py * py) / corner);
      let r = (own * row[k]! + softness * (above[k]! + below[k]!)) * gain * gr;
      let g = (own * row[k + 1]! + softness * (above[k + 1]! + below[k + 1]!)) * gain * gg;
      let b = (own * row[k + 2]! + softness * (above[k + 2]! + below[k + 2]!)) * gain * gb;
      r += Math.sqrt(read2 + shot2 * r) * gaussians[from]!;
      g += Math.sqrt(read2 + shot2 * g) * gaussians[(from + 1) & mask]!;
      b += Math.sqrt(read2 + shot2 * b) * gaussians[(from + 2) & mask]!;
      from = (from + 3) & mask;
      const grey = 0.25 * r + 0.6 * g + 0.15 * b;
      out[i] = tone(curve, (grey + saturation * (r - grey)) * scale);
      out[i + 1] = tone(curve, (grey + saturation * (g - grey)) * scale);
      out[i + 2] = tone(curve, (grey + saturation * (b - grey)) * scale);
    }
    [above, row, below] = [row, below, above];
  }
  return out;
}

function tone(curve: Uint8Array, at: number): number {
  return curve[at <= 0 ? 0 : at >= steps - 1 ? steps - 1 : at + 0.5 | 0]!;
}

/** Display value of light: a shoulder that keeps highlights, gamma, contrast. */
function toneCurve(camera: Camera): Uint8Array {
  return Uint8Array.from({ length: steps }, (_, i) => {
    const light = i / (steps - 1) * brightest;
    const knee = 0.7;
    const held = light < knee ? light : knee + (1 - knee) * (1 - Math.exp(-(light - knee) / 0.42));
    const bright = Math.pow(held, 1 / camera.gamma);
    const curved = bright * bright * (3 - 2 * bright);
    return Math.round(255 * (bright + camera.contrast * (curved - bright)));
  });
}
