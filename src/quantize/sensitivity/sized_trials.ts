import type { OnnxModel } from "../../onnx/mod.ts";
import type { InputSize } from "../calibration/mod.ts";
import {
  type ErrorTrials,
  type Share,
  type TrialError,
  type TrialOptions,
  Trials,
} from "./trials.ts";

/**
 * Trials at each input size of a calibration, all of them with the same pictures. Ranges that were
 * chosen at the largest size alone lost 2 points of YOLOv8n on DeepPCB at the others.
 */
export class SizedTrials implements ErrorTrials {
  /** Takes over open trials, those of the largest size last. */
  constructor(readonly each: readonly Trials[]) {}

  /**
   * Prepares the pictures in each size.
   *
   * @param sizes The largest last.
   * @throws {CalibrationError} Not one can be decoded.
   * @throws The signal's reason.
   */
  static async open(
    options: Omit<TrialOptions, "size">,
    sizes: readonly InputSize[],
  ): Promise<SizedTrials> {
    const each: Trials[] = [];
    try {
      for (const size of sizes) each.push(await Trials.open({ ...options, size }));
      return new SizedTrials(each);
    } catch (error) {
      await closeAll(each);
      throw error;
    }
  }

  /** Of all but the size. */
  get options(): Omit<TrialOptions, "size"> {
    return this.largest.options;
  }

  /** Those of the largest size. */
  get largest(): Trials {
    return this.each.at(-1)!;
  }

  /**
   * How far a model's answers are from the float one's: the mean over sizes, so that those with few
   * anchors count like those with many.
   *
   * @param most Pictures to run in each size, taken evenly.
   * @param goOn Asked after the first of them, with the error on those: false ends it there.
   * @param share Of the processor, where there is one size: half of it, if not said.
   * @throws {Error} As `Trials.run`.
   */
  async error(
    model: OnnxModel,
    most: number,
    goOn: (first: number) => boolean | Promise<boolean> = () => true,
    share: Share = "half",
  ): Promise<TrialError> {
    // All at once: most of a trial is the loading of a model, which takes one processor. Each size
    // waits with its other pictures until the first ones of all are run.
    const firsts: number[] = [];
    const decision = Promise.withResolvers<boolean>();
    let begun = 0;
    const ended = await Promise.allSettled(this.each.map(async (trials, index) => {
      try {
        const { all } = await trials.error(model, most, (first) => {
          firsts[index] = first;
          if (++begun === this.each.length) decision.resolve(goOn(mean(firsts)));
          return decision.promise;
        }, this.each.length > 1 ? "half" : share);
        return all;
      } catch (error) {
        decision.resolve(false);
        throw error;
      }
    }));
    const wholes = ended.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
    return { first: mean(firsts), all: mean(wholes) };
  }

  /**
   * The greatest of what each size's trials tell of the model.
   *
   * @param of What one size's tell.
   */
  async worst(of: (trials: Trials) => Promise<number>): Promise<number> {
    let worst = -Infinity;
    for (const trials of this.each) worst = Math.max(worst, await of(trials));
    return worst;
  }

  /** Lets the pictures go. Idempotent. */
  async close(): Promise<void> {
    await closeAll(this.each);
  }
}

async function closeAll(each: readonly Trials[]): Promise<void> {
  for (const trials of each) await trials.close();
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
