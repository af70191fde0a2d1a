import { dirname, isAbsolute, join } from "node:path";
import { listImages } from "../elements/image_files.ts";
import { DataError } from "./error.ts";

/**
 * The pictures that a folder holds, a pattern fits, or a text file lists: `.txt`, one path a line,
 * relative to the list's own folder; empty lines and those that begin with # do not count.
 *
 * @throws {DataError} The list names a file that is not there, or nothing.
 * @throws {Deno.errors.NotFound} There is no such folder, file or picture.
 */
export async function listPictures(location: string): Promise<string[]> {
  if (!/\.txt$/i.test(location)) return await listImages(location);
  const pictures: string[] = [];
  const lines = (await readList(location)).split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const written = line.trim();
    if (written === "" || written.startsWith("#")) continue;
    const path = isAbsolute(written) ? written : join(dirname(location), written);
    const info = await Deno.stat(path).catch(() => undefined);
    if (!info?.isFile) {
      const found = info ? "is a folder" : "does not exist";
      throw new DataError(`${location}:${index + 1}`, `${path} ${found}; expected a picture`);
    }
    pictures.push(path);
  }
  if (pictures.length === 0) throw new DataError(location, "lists no picture; expected one a line");
  return pictures;
}

async function readList(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(`${path}: there is no such file`);
  }
}
