import { dirname, isAbsolute, join } from "node:path";

/** A text file that was to list pictures, and what is wrong with it. */
export class ImageListError extends Error {
  /** Its class. */
  override readonly name = "ImageListError";
}

/**
 * The pictures that a text file lists, one path a line, relative to the file's own folder; empty lines
 * and those that begin with `#` do not count.
 *
 * @throws {ImageListError} It is no text, lists nothing, or names what is no file: which line.
 */
export async function readImageList(path: string): Promise<string[]> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ImageListError(`${path}: is neither a picture nor a text file that lists pictures`);
  }
  const pictures: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const written = line.trim();
    if (written === "" || written.startsWith("#")) continue;
    const picture = isAbsolute(written) ? written : join(dirname(path), written);
    const info = await Deno.stat(picture).catch(() => undefined);
    if (!info?.isFile) {
      const found = info ? "is a folder" : "does not exist";
      throw new ImageListError(`${path}:${index + 1}: ${picture} ${found}; expected a picture`);
    }
    pictures.push(picture);
  }
  if (pictures.length === 0) {
    throw new ImageListError(`${path}: lists no picture; expected one a line`);
  }
  return pictures;
}
