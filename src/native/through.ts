import type { Detection, Frame } from "../runtime/packet.ts";
import type { NativeChain } from "./api.ts";

/** What a chain gave back. */
export interface Through {
  /** The same frame, or a derived one that holds tensors: a reference, which is the caller's now. */
  readonly frame: Frame;
  /** Of a chain that ends in `nms`. */
  readonly detections: readonly Detection[];
}

/**
 * A frame's way through a chain; consumes its reference in any case.
 *
 * @throws {Error} It could not be run.
 */
export function through(chain: NativeChain, frame: Frame): Promise<Through> {
  return new Promise((resolve, reject) => {
    try {
      chain.submit(frame, (error, answer, detections = []) => {
        if (!error) return resolve({ frame: answer, detections });
        answer.release();
        reject(error);
      });
    } catch (error) {
      frame.release();
      reject(error);
    }
  });
}
