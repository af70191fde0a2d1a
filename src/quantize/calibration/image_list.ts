import { listImages } from "../../elements/image_files.ts";
import { ImageListError } from "../../elements/image_list.ts";
import { CalibrationError } from "./error.ts";

/** More than these are not taken unless it is asked for: what they add is hardly measurable. */
export const defaultMost = 500;
/** With fewer than these, results depend on which they are. */
export const advisedLeast = 100;

/** Pictures to calibrate on. */
export interface ImageList {
  /** Paths, in the order in which they are listed. */
  readonly files: readonly string[];
  /** How many there were to choose from. */
  readonly found: number;
  /** What is doubtful about them, in words. */
  readonly warnings: readonly string[];
}

/**
 * The pictures to calibrate on: those of a folder or that fit a pattern, in natural order, or those
 * that a text file lists, one path a line. Where there are more than `most`, as many are taken at even distances, so
 * that the same ones come again every time.
 *
 * @param location A folder, a pattern such as `shots/*.png`, a picture or a text file.
 * @throws {CalibrationError} There is nothing there, or a list names something that is no file.
 */
export async function calibrationImages(
  location: string,
  most: number = defaultMost,
): Promise<ImageList> {
  if (!(Number.isInteger(most) && most > 0)) {
    throw new RangeError(`at most ${most} images: expected a whole number above 0`);
  }
  const all = await listed(location);
  const files = evenly(all, most);
  return { files, found: all.length, warnings: tooFew(files.length) };
}

async function listed(location: string): Promise<string[]> {
  try {
    return await listImages(location);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof ImageListError)) throw error;
    throw new CalibrationError(error.message, undefined, { cause: error });
  }
}

/** At most `most` of these, at even distances, each from the middle of its share. */
export function evenly<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, i) => items[Math.floor((i + 0.5) * items.length / most)]!,
  );
}

function tooFew(count: number): string[] {
  if (count >= advisedLeast) return [];
  if (count === 1) {
    return [
      "ONE IMAGE ONLY: ranges that fit it will cut what others hold, and the INT8 model may find " +
      `nothing in them; at least ${advisedLeast} images of the real scene are advised`,
    ];
  }
  return [
    `only ${count} images: at least ${advisedLeast} are advised, ${defaultMost} are better`,
  ];
}
