import { Buffer } from "node:buffer";
import { type DecodedImage, imageDecoder } from "../../elements/image_decode.ts";
import type { ModelContract } from "../../model/mod.ts";
import type { NativeRuntime } from "../../native/mod.ts";
import { answersOf } from "../../quantize/golden/answers.ts";
import { foundScore, type SelfCheck, selfCheckOf } from "../../quantize/golden/check.ts";
import type { Int8Use } from "./use.ts";

/**
 * The calibration's golden pictures; none if it has none.
 *
 * @throws {Error} One of them can't be decoded.
 */
export async function goldenOf({ calibration, path }: Int8Use): Promise<DecodedImage[]> {
  const { golden = [] } = calibration;
  if (golden.length === 0) return [];
  const decode = await imageDecoder();
  return await Promise.all(golden.map(async ({ file, image }) => {
    try {
      return await decode(Buffer.from(image, "base64"));
    } catch (error) {
      const reason = (error as Error).message;
      throw new Error(`${path}: the golden picture ${file} is damaged: ${reason}`, {
        cause: error,
      });
    }
  }));
}

/** Runs golden pictures through an engine; undefined where there is nothing to compare with. */
export async function selfCheck(
  native: NativeRuntime,
  engine: number,
  contract: ModelContract,
  { calibration, letterbox }: Int8Use,
  pictures: readonly DecodedImage[],
): Promise<SelfCheck | undefined> {
  const at = calibration.sizes.findIndex(({ width, height }) =>
    width === letterbox.width && height === letterbox.height
  );
  const answers = (calibration.golden ?? []).map((picture) => picture.answers[at] ?? []);
  const asked = { native, engine, contract, letterbox };
  const found = await answersOf(asked, pictures, foundScore);
  const check = selfCheckOf(found, answers);
  return check.wanted > 0 ? check : undefined;
}
