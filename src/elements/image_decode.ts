/** Pixels of a picture file, packed. */
export interface DecodedImage {
  readonly format: "RGB" | "GREY";
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Decodes a picture, turned upright by its EXIF orientation; what is transparent becomes white.
 *
 * @param source A path, or a file's bytes.
 * @throws {Error} It is no picture, or a damaged one.
 */
export type ImageDecoder = (source: string | Uint8Array) => Promise<DecodedImage>;

/**
 * The one way in which pictures enter, at a run and at a calibration. The image library is loaded
 * by the first call, so that a pipeline without pictures needs none.
 */
export async function imageDecoder(): Promise<ImageDecoder> {
  const { default: sharp } = await import("sharp");
  return async (source) => {
    // Profiles are left out because the libraries that models are trained with ignore them.
    const { data, info } = await sharp(source, { failOn: "error", ignoreIcc: true }).autoOrient()
      .flatten({ background: "#fff" }).toColourspace("srgb").raw()
      .toBuffer({ resolveWithObject: true });
    const format = info.channels === 1 ? "GREY" : "RGB";
    return { format, width: info.width, height: info.height, data };
  };
}
