import { boxBlur, softBlur } from "./blur.ts";
import { sampling } from "./sprite.ts";
import type { Surface } from "./surface.ts";

/** Pixels around a part that its shadow may take. */
export const shadowMargin = 20;

/** How dark it is around and below a part; one sample a pixel. */
export interface Shadow {
  readonly width: number;
  readonly height: number;
  /** Where it touches the belt. */
  readonly contact: Float32Array;
  /** What the lamps throw, not yet thrown aside. */
  readonly cast: Float32Array;
  /** Pixels that it is thrown aside. */
  readonly length: number;
}

/** The shadow of a part `thickness` pixels high, by its coverage of its box. */
export function shadowOf(surface: Surface, thickness: number): Shadow {
  const [boxWidth, boxHeight] = [surface.width / sampling, surface.height / sampling];
  const [width, height] = [boxWidth + 2 * shadowMargin, boxHeight + 2 * shadowMargin];
  const coverage = new Float32Array(width * height);
  for (let y = 0; y < boxHeight; y++) {
    for (let x = 0; x < boxWidth; x++) {
      let sum = 0;
      for (const dy of [0.25, 0.75]) {
        for (const dx of [0.25, 0.75]) {
          const [u, v] = [Math.floor((x + dx) * sampling), Math.floor((y + dy) * sampling)];
          sum += surface.alpha[v * surface.width + u]!;
        }
      }
      coverage[(y + shadowMargin) * width + x + shadowMargin] = sum / 4;
    }
  }
  const length = Math.min(2 + thickness * 0.5, 13);
  const contact = softBlur(coverage, width, height, 2);
  return {
    width,
    height,
    contact,
    cast: boxBlur(contact, width, height, Math.min(2 + Math.round(length * 0.4), 6)),
    length,
  };
}
