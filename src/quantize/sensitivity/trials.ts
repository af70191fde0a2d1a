import { createHash } from "node:crypto";
import { join } from "node:path";
import { imageDecoder } from "../../elements/image_decode.ts";
import { type NativeEngine, type NativeRuntime, through } from "../../native/mod.ts";
import type { OnnxModel } from "../../onnx/mod.ts";
import type { Frame } from "../../runtime/packet.ts";
import { CalibrationError, evenly, type InputSize } from "../calibration/mod.ts";
import { openFloatEngine } from "../calibration/float_engine.ts";
import { letterboxPart } from "../calibration/instrumented.ts";
import { scratchFolder } from "../scratch.ts";
import type { Subject } from "../subject.ts";
import { type Answer, AnswerReader } from "./answer.ts";
import { timeByTurns } from "./by_turns.ts";
import { outputError } from "./output_error.ts";
import { SharedWeights } from "./shared_weights.ts";

/**
 * Trials that are best made at once. Most of one is the loading of a model, which takes one processor
 * and is done again for each of an engine's streams: two with a stream each take two thirds of the time
 * that they take one after the other with two.
 */
export const atOnce = 2;
/**
 * How much of the processor a trial takes: all of it, or half beside another, a picture at a time; or
 * all of it with a picture on each half, as pipelines have it, which is loaded twice.
 */
export type Share = "all" | "half" | "halves";
/** Of the pictures of an error, one in as many is run first. */
const firstShare = 4;

/** How far a model is from the float one, see `outputError`. */
export interface TrialError {
  /** On the first of the pictures: enough to tell what is far worse. */
  readonly first: number;
  /** On all of them; Infinity if it was ended before. */
  readonly all: number;
}

/** What tells how far a model is from the float one. */
export interface ErrorTrials {
  readonly options: Pick<TrialOptions, "subject" | "signal">;
  /** See `Trials.error`. */
  error(
    model: OnnxModel,
    most: number,
    goOn?: (first: number) => boolean | Promise<boolean>,
    share?: Share,
  ): Promise<TrialError>;
}

/** A model that others are timed against. */
export interface Rival {
  /**
   * Per cent more time a picture that another model takes, see `timeByTurns`; below 0: it takes less.
   *
   * @throws {Error} It can't be loaded.
   * @throws The signal's reason.
   */
  slowdown(model: OnnxModel): Promise<number>;
  /** Lets it go. */
  close(): Promise<void>;
}

/** What trials are made with. */
export interface TrialOptions {
  /** The library, which stays open. */
  readonly native: NativeRuntime;
  /** The model in float. */
  readonly subject: Subject;
  /** Of the model's input. */
  readonly size: InputSize;
  /** Paths of pictures. Those that can't be decoded are left out. */
  readonly images: readonly string[];
  /** Ends it after the pictures under way. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs candidates for an INT8 model on the same pictures, which are decoded and scaled once, as a
 * pipeline does it, and kept: 4 bytes a value of the model's input. Candidates are computed by
 * OpenVINO with what is left float in 32 bits.
 */
export class Trials implements ErrorTrials {
  readonly #scratch = scratchFolder();
  readonly #reader: AnswerReader;
  readonly #frames: Frame[] = [];
  /** Of the float model; candidates have most of them. */
  #weights!: SharedWeights;
  /** Paths of the pictures, in order. */
  readonly images: string[] = [];
  /** What the float model answers on them. */
  reference: readonly Answer[] = [];
  /** By number of pictures and model. */
  readonly #errors = new Map<string, TrialError>();
  #count = 0;

  private constructor(readonly options: TrialOptions) {
    const { native, subject: { contract }, size } = options;
    this.#reader = new AnswerReader(native, contract, size);
  }

  /**
   * Prepares the pictures, and asks the float model about them.
   *
   * @throws {CalibrationError} Not one can be decoded.
   * @throws The signal's reason.
   */
  static async open(options: TrialOptions): Promise<Trials> {
    const { native, subject, size, images, signal } = options;
    const trials = new Trials(options);
    const scale = native.createChain({ letterbox: letterboxPart(subject.contract, size) }, []);
    try {
      const decode = await imageDecoder();
      for (const [index, file] of images.entries()) {
        signal?.throwIfAborted();
        const picture = await decode(await Deno.readFile(file)).catch(() => undefined);
        if (!picture) continue;
        const { format, width, height, data } = picture;
        const frame = native.createFrame(format, width, height, data, 0, index);
        trials.#frames.push((await through(scale, frame)).frame);
        trials.images.push(file);
      }
      if (trials.#frames.length === 0) {
        throw new CalibrationError(`not one of ${images.length} images could be decoded`);
      }
      trials.#weights = new SharedWeights(subject.prepared, trials.#scratch.path);
      trials.reference = await trials.run(subject.prepared);
      return trials;
    } catch (error) {
      await trials.close();
      throw error;
    } finally {
      await scale.close();
    }
  }

  /**
   * What a model answers on the pictures.
   *
   * @param model One with the input and the outputs of the subject's.
   * @throws {Error} It can't be loaded, or its outputs are none that can be read.
   * @throws The signal's reason.
   */
  async run(model: OnnxModel, share: Share = "all"): Promise<Answer[]> {
    const work = (engine: NativeEngine) => this.#answers(engine, this.#frames);
    return await this.with(this.#weights.bytes(model), work, share);
  }

  /**
   * How far a model's answers are from the float one's. A model that is the same, byte by byte, as one
   * before is not run again: other ranges of a calibration often make none.
   *
   * @param most Pictures to run, taken evenly.
   * @param goOn Asked after the first of them, with the error on those: false ends it there.
   * @param share Of the processor: half of it, if not said.
   * @throws {Error} As `run`.
   */
  async error(
    model: OnnxModel,
    most: number,
    goOn: (first: number) => boolean | Promise<boolean> = () => true,
    share: Share = "half",
  ): Promise<TrialError> {
    const bytes = this.#weights.bytes(model);
    const key = `${most} ${createHash("sha256").update(bytes).digest("hex")}`;
    const known = this.#errors.get(key);
    const goesOn = known && await goOn(known.first);
    if (known && !goesOn) return { first: known.first, all: Infinity };
    if (known && known.all < Infinity) return known;
    const found = await this.#error(bytes, most, goesOn ? () => true : goOn, share);
    this.#errors.set(key, found);
    return found;
  }

  async #error(
    model: Uint8Array<ArrayBuffer>,
    most: number,
    goOn: (first: number) => boolean | Promise<boolean>,
    share: Share,
  ): Promise<TrialError> {
    const pictures = evenly([...this.#frames.keys()], most);
    const first = evenly(pictures, Math.ceil(pictures.length / firstShare));
    const rest = pictures.filter((index) => !first.includes(index));
    return await this.with(model, async (engine) => {
      const early = await this.#answers(engine, first.map((index) => this.#frames[index]!));
      const error = this.#errorOf(early, first);
      if (!await goOn(error)) return { first: error, all: Infinity };
      const late = await this.#answers(engine, rest.map((index) => this.#frames[index]!));
      return { first: error, all: this.#errorOf([...early, ...late], [...first, ...rest]) };
    }, share);
  }

  /**
   * Opens a model, and closes it when `work` is done with it.
   *
   * @param model Its file's bytes.
   */
  async with<T>(
    model: Uint8Array<ArrayBuffer>,
    work: (engine: NativeEngine) => Promise<T>,
    share: Share = "all",
  ): Promise<T> {
    const { engine, close } = await this.#open(model, share);
    try {
      return await work(engine);
    } finally {
      await close();
    }
  }

  /**
   * Keeps a model open for what is to be timed against it.
   *
   * @throws {Error} As `run`.
   */
  async rival(model: OnnxModel): Promise<Rival> {
    const { native, signal } = this.options;
    const rival = await this.#open(this.#weights.bytes(model), "halves");
    return {
      slowdown: (other) =>
        this.with(this.#weights.bytes(other), async (engine) => {
          const [before, after] = await timeByTurns(
            native,
            [rival.engine, engine],
            this.#frames,
            signal,
          );
          return 100 * (after! / before! - 1);
        }, "halves"),
      close: rival.close,
    };
  }

  /** Lets the pictures go. Idempotent. */
  async close(): Promise<void> {
    for (const frame of this.#frames.splice(0)) frame.release();
    await this.#reader.close();
    this.#scratch.remove();
  }

  async #open(model: Uint8Array<ArrayBuffer>, share: Share) {
    this.options.signal?.throwIfAborted();
    const path = join(this.#scratch.path, `${this.#count++}.onnx`);
    await Deno.writeFile(path, model);
    const engine = await this.#engine(path, share);
    const close = async () => {
      await engine.close();
      await Deno.remove(path);
    };
    return { engine, close };
  }

  #engine(model: string, share: Share): Promise<NativeEngine> {
    const { native, subject: { contract, engine: { threads: most, device } }, size } = this.options;
    const half = Math.max(1, Math.floor((most || navigator.hardwareConcurrency) / 2));
    const threads = share === "half" ? half : most;
    const streams = share === "halves" ? 2 : 1;
    return openFloatEngine(native, contract, size, {
      ...{ model, backend: "openvino", streams, threads },
      ...(device !== undefined && { device }),
    });
  }

  #answers(engine: NativeEngine, frames: readonly Frame[]): Promise<Answer[]> {
    // Each stream infers one while another's answer is read.
    const underWay = 2 * (engine.info.streams ?? 1);
    return this.#reader.answers(engine, frames, underWay, this.options.signal);
  }

  /** Of answers on the pictures with these numbers. */
  #errorOf(answers: readonly Answer[], pictures: readonly number[]): number {
    const matched = this.options.subject.contract.family !== "suppressed";
    return outputError(
      answers.map(({ anchors }) => anchors),
      pictures.map((index) => this.reference[index]!.anchors),
      matched,
    );
  }
}
