import { Buffer } from "node:buffer";
import type { DecodedImage } from "../../elements/image_decode.ts";

/** Most bytes of a picture: eight of them, in base64, stay below 260 kB. */
export const mostBytes = 24_000;
/** How much smaller each try is than the one before. */
const step = 0.8;
const leastPixels = 96;

/**
 * A small file of a picture: no wider or higher than `most` pixels, and scaled down further until it
 * is below `mostBytes`. It is a JPEG, or a PNG where that is smaller: drawings and masks.
 */
export async function shrunk(image: DecodedImage, most: number): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const { width, height, data, format } = image;
  const raw = { width, height, channels: format === "GREY" ? 1 as const : 3 as const };
  const longest = Math.max(width, height);
  let side = Math.min(longest, most);
  for (;;) {
    const scaled = sharp(Buffer.from(data.buffer, data.byteOffset, data.length), { raw })
      .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true });
    const files = await Promise.all([
      scaled.clone().jpeg({ quality: 85, chromaSubsampling: "4:4:4" }).toBuffer(),
      scaled.clone().png({ compressionLevel: 9 }).toBuffer(),
    ]);
    const [file] = files.toSorted((a, b) => a.length - b.length);
    if (file!.length <= mostBytes || side <= leastPixels) return new Uint8Array(file!);
    side = Math.max(leastPixels, Math.floor(side * step));
  }
}
