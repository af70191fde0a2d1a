import { basename, dirname, extname } from "node:path";
import type { Frame } from "../runtime/packet.ts";

/** A frame as a JPEG; `quality` 1 to 100. Takes milliseconds: not for the frame path. */
export async function encodeStill(frame: Frame, quality: number): Promise<Uint8Array> {
  const format = frame.format === "GREY" ? "GREY" : "RGB";
  const channels = format === "GREY" ? 1 : 3;
  const { width, height } = frame;
  // Loaded here, so that only a pipeline that takes stills needs an image library.
  const { default: sharp } = await import("sharp");
  return await sharp(frame.read(format), { raw: { width, height, channels } })
    .jpeg({ quality }).toBuffer();
}

/**
 * Writes a file, and makes its folder if need be.
 *
 * @throws {Error} with its path, if it can't be written.
 */
export async function writeStill(path: string, data: Uint8Array): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, data);
  } catch (error) {
    throw unwritten(path, error);
  }
}

/**
 * Writes a file that is not there yet: `a-1.jpg` in place of an `a.jpg` that is. Returns its path.
 *
 * @throws {Error} with its path, if it can't be written.
 */
export async function writeNew(path: string, data: Uint8Array): Promise<string> {
  const suffix = extname(path);
  const stem = `${dirname(path)}/${basename(path, suffix)}`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    for (let number = 0;; number++) {
      const free = number === 0 ? path : `${stem}-${number}${suffix}`;
      try {
        await Deno.writeFile(free, data, { createNew: true });
        return free;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
  } catch (error) {
    throw unwritten(path, error);
  }
}

function unwritten(path: string, error: unknown): Error {
  return new Error(`${path} can't be written: ${(error as Error).message}`, { cause: error });
}
