import type { DecodedImage } from "../../elements/image_decode.ts";
import { nms } from "../../elements/nms.ts";
import type { ModelContract } from "../../model/mod.ts";
import type { NativeChain, NativeRuntime } from "../../native/mod.ts";
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
  const context = { camera: "", id: "nms", report() {}, path: (path: string) => path };
  const part = nms.part(nms.options.parse({ score }), { ...context, model: contract });
  const chain = native.createChain({ letterbox, engine, ...part }, contract.labels);
  try {
    return await Promise.all(
      pictures.map((picture, number) => found(native, chain, picture, number)),
    );
  } finally {
    await chain.close();
  }
}

function found(
  native: NativeRuntime,
  chain: NativeChain,
  { format, width, height, data }: DecodedImage,
  number: number,
): Promise<Detection[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Detection[]>();
  const frame = native.createFrame(format, width, height, data, 0, number);
  try {
    chain.submit(frame, (error, answer, detections) => {
      answer.release();
      if (error) reject(error);
      else resolve(detections ?? []);
    });
  } catch (error) {
    frame.release();
    reject(error);
  }
  return promise;
}
