import { nms } from "../../elements/nms.ts";
import { partContext } from "../../elements/part_context.ts";
import type { ModelContract } from "../../model/mod.ts";
import {
  type NativeChain,
  type NativeEngine,
  type NativeRuntime,
  through,
} from "../../native/mod.ts";
import type { Detection, Frame } from "../../runtime/packet.ts";
import type { InputSize } from "../calibration/mod.ts";
import { inParallel } from "../calibration/parallel.ts";
import { type Anchors, readAnchors } from "./anchors.ts";

/** What a model says of one picture. */
export interface Answer {
  /** Before suppression. */
  readonly anchors: Anchors;
  /** After it, as COCO's evaluation wants them: over 0.001, every class of a box. Source pixels. */
  readonly detections: readonly Detection[];
}

/** Reads what engines of one model's kind answer. */
export class AnswerReader {
  readonly #suppress: NativeChain;

  /**
   * Starts with nothing read.
   *
   * @param native The library, which stays open.
   * @param contract What is known of the model.
   * @param size Of its input.
   */
  constructor(
    readonly native: NativeRuntime,
    readonly contract: ModelContract,
    readonly size: InputSize,
  ) {
    this.#suppress = native.createChain(suppression(contract), contract.labels);
  }

  /**
   * What an engine answers on frames, which stay; in their order.
   *
   * @param underWay So many frames at once.
   * @throws {Error} Its outputs are none that can be read.
   * @throws The signal's reason.
   */
  async answers(
    engine: NativeEngine,
    frames: readonly Frame[],
    underWay: number,
    signal?: AbortSignal,
  ): Promise<Answer[]> {
    const infer = this.native.createChain({ engine: engine.handle }, []);
    const outputs = engine.info.outputs?.length ?? 1;
    const answers: Answer[] = [];
    try {
      await inParallel(frames, underWay, async (frame, index) => {
        const { frame: answer } = await through(infer, frame.retain());
        answers[index] = await this.#read(answer, outputs);
      }, signal);
    } finally {
      await infer.close();
    }
    return answers;
  }

  /** Lets the library's part go. Idempotent. */
  async close(): Promise<void> {
    await this.#suppress.close();
  }

  /** Consumes the frame's reference. */
  async #read(frame: Frame, outputs: number): Promise<Answer> {
    let anchors;
    try {
      const tensors = Array.from({ length: outputs }, (_, i) => frame.tensor(i));
      anchors = readAnchors(tensors, this.contract, this.size);
    } catch (error) {
      frame.release();
      throw error;
    }
    const { frame: done, detections } = await through(this.#suppress, frame);
    done.release();
    return { anchors, detections };
  }
}

/** COCO's evaluation looks at weak detections too. */
function suppression(contract: ModelContract): Record<string, unknown> {
  const options = nms.options.parse({ score: 0.001, max: 300, multiLabel: true });
  return nms.part(options, partContext(nms.name, { model: contract }));
}
