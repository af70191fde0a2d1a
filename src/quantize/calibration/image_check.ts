import type { DecodedImage } from "../../elements/image_decode.ts";
import { CalibrationError } from "./error.ts";

/** A camera's noise in the dark stays below; of 255. */
const dark = 16;
/** What any picture of a lit scene is above somewhere; of 255. */
const dim = 64;

/** Whether nothing in a picture is brighter than a camera's noise. */
export function isBlack({ data }: DecodedImage): boolean {
  // Any other picture is told by its first pixels.
  for (let i = 0; i < data.length; i++) if (data[i]! > dark) return false;
  return true;
}

/** Whether no pixel is above 1: what is left of floats from 0 to 1. */
export function isUnitRange({ data }: DecodedImage): boolean {
  for (let i = 0; i < data.length; i++) if (data[i]! > 1) return false;
  return true;
}

/** Whether no pixel is above a quarter of what 8 bits hold. */
export function isDim({ data }: DecodedImage): boolean {
  for (let i = 0; i < data.length; i++) if (data[i]! > dim) return false;
  return true;
}

/** What was wrong with the pictures that were read, by path. */
export interface Doubts {
  readonly black: readonly string[];
  readonly unitRange: readonly string[];
  /** How many are dim, black ones among them. */
  readonly dim?: number;
}

/**
 * Warnings about black and dim pictures, loud ones.
 *
 * @throws {CalibrationError} All are black: nothing can be learnt from them.
 */
export function judge(doubts: Doubts, read: number): string[] {
  const { black, unitRange } = doubts;
  const hardly = doubts.dim === read && black.length < read
    ? [
      `DIM IMAGES: no pixel of all ${read} is above ${dim} of 255: were they written in another ` +
      "range than 0 to 255?",
    ]
    : [];
  if (black.length === 0) return hardly;
  const unit = unitRange.length === black.length
    ? "; no pixel of theirs is above 1 of 255: were they written with values from 0 to 1?"
    : "";
  if (black.length === read) {
    throw new CalibrationError(
      `${read === 1 ? "the only image is" : `all ${read} images are`} black, nothing in ` +
        `${read === 1 ? "it" : "them"} is above ${dark} of 255 (${some(black)})${unit}`,
    );
  }
  return [
    `BLACK IMAGES: ${black.length} of ${read} hold nothing above ${dark} of 255 ` +
    `(${some(black)}): take them out, unless the scene is so${unit}`,
    ...hardly,
  ];
}

const some = (files: readonly string[]) =>
  files.slice(0, 3).join(", ") + (files.length > 3 ? `, and ${files.length - 3} more` : "");
