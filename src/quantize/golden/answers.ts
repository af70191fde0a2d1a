import type { DecodedImage } from "../../elements/image_decode.ts";
import { nms } from "../../elements/nms.ts";
import { partContext } from "../../elements/part_context.ts";
import type { ModelContract } from "../../model/mod.ts";
import { type NativeRuntime, through } from "../../native/mod.ts";
import type { Detection } from "../../runtime/packet.ts";

/** An engine, and the chain that pictures go through to it. */
export interface Asked {
  /** The library, which stays open. */
  readonly native: NativeRuntime;
  /** Handle of the engine. */
  readonly engine: number;
  /** What is known of its model. */
  readonly contract: ModelContract;
  /** The part of a chain that scales pictures into the model's input. */
  readonly letterbox: Readonly<Record<string, unknown>>;
}

/**
 * What an engine finds in pictures, through `letterbox`, `infer` and `nms` as in any pipeline.
 *
 * @param score Detections must score more.
 * @returns By picture; boxes in its pixels.
 * @throws {Error} A picture could not be run.
 */
export async function answersOf(
  { native, engine, contract, letterbox }: Asked,
  pictures: readonly DecodedImage[],
  score: number,
): Promise<Detection[][]> {
  const part = nms.part(nms.options.parse({ score }), partContext(nms.name, { model: contract }));
  const chain = native.createChain({ letterbox, engine, ...part }, contract.labels);
  try {
    return await Promise.all(pictures.map(async ({ format, width, height, data }, number) => {
      const frame = native.createFrame(format, width, height, data, 0, number);
      const { frame: answer, detections } = await through(chain, frame);
      answer.release();
      return [...detections];
    }));
  } finally {
    await chain.close();
  }
}
