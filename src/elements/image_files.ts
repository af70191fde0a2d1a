import { basename, dirname, join } from "node:path";
import { readImageList } from "./image_list.ts";

const known = /\.(jpe?g|png|webp|tiff?|gif|avif|bmp)$/i;
const collator = new Intl.Collator("en", { numeric: true });

/** Whether a file name fits a pattern of `*` and `?`. */
function fitsPattern(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*").replaceAll("?", ".");
  const expression = new RegExp(`^${source}$`, "s");
  return (name) => expression.test(name);
}

/**
 * The pictures that a folder holds or a pattern fits, in natural order: `2.png` before `10.png`.
 * `*` and `?` may stand in the last part of the path. A path to one picture gives that one; any other
 * file is a list of pictures, see {@linkcode readImageList}.
 *
 * @throws {Deno.errors.NotFound} there is no such folder or file, or no picture in it.
 * @throws {ImageListError} a list is wrong.
 */
export async function listImages(location: string): Promise<string[]> {
  let folder = location;
  let fits = (name: string) => known.test(name);
  if (/[*?]/.test(basename(location))) {
    folder = dirname(location);
    fits = fitsPattern(basename(location));
  }
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(`${folder}: there is no such folder or file`);
  }
  if (!info.isDirectory) return known.test(folder) ? [folder] : await readImageList(folder);
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (!entry.isDirectory && fits(entry.name)) names.push(entry.name);
  }
  if (names.length === 0) {
    throw new Deno.errors.NotFound(
      folder === location
        ? `${folder}: no pictures there (jpg, png, webp, tiff, gif, avif)`
        : `${location}: no file fits`,
    );
  }
  return names.sort(collator.compare).map((name) => join(folder, name));
}
