import { letterbox } from "../../elements/letterbox.ts";
import { partContext } from "../../elements/part_context.ts";
import type { ModelContract } from "../../model/mod.ts";
import {
  type NativeChain,
  type NativeEngine,
  type NativeObserver,
  type NativeRuntime,
  through,
} from "../../native/mod.ts";
import type { Frame } from "../../runtime/packet.ts";
import { CalibrationError } from "./error.ts";
import { openFloatEngine } from "./float_engine.ts";
import { histogramOf, type TensorHistogram } from "./histogram.ts";

/** Pixels of a model's input. */
export interface InputSize {
  /** From left to right. */
  readonly width: number;
  /** From top to bottom. */
  readonly height: number;
}

const defaultBins = 4096;
/** Pictures that may be under way. Each holds all its tensors. */
export const underWay = 2;

/** What is opened to look into a model. */
export interface InstrumentedOptions {
  /** The library, which stays open. */
  readonly native: NativeRuntime;
  /** The model with the tensors as outputs, 32-bit floats all of them. */
  readonly model: string;
  /** What is known of the model. */
  readonly contract: ModelContract;
  /** Names of outputs, in the file's order. */
  readonly outputs: readonly string[];
  /** Which of them to look at; the name of the model's input may be among them. */
  readonly tensors: readonly string[];
  /** Bins of a histogram, a power of two; 4096 if not said, twice what TensorRT keeps. */
  readonly bins?: number;
  /** Whether channels are told apart. */
  readonly channels?: boolean;
  /** More of `ls_engine_open`'s configuration: backend, device, threads. */
  readonly engine?: Readonly<Record<string, unknown>>;
}

/**
 * The part of a chain that scales pictures into the model's input, as a pipeline's `letterbox`
 * would make it.
 *
 * @throws {RangeError} The model does not take that size.
 */
export function letterboxPart(
  contract: ModelContract,
  { width, height }: InputSize,
): Record<string, unknown> {
  const options = letterbox.options.parse({ size: `${width}x${height}` });
  const { letterbox: part } = letterbox.part(
    options,
    partContext(letterbox.name, { model: contract }),
  );
  return part as Record<string, unknown>;
}

/** A model at one input size whose inner tensors are counted, picture by picture. */
export class Instrumented {
  readonly #chains: { scale: NativeChain; infer: NativeChain };
  /** Of the input, and of the outputs; undefined where none is looked at. */
  readonly #input: NativeObserver | undefined;
  readonly #inner: NativeObserver | undefined;
  readonly #innerNames: readonly string[];

  private constructor(
    readonly options: InstrumentedOptions,
    readonly engine: NativeEngine,
    size: InputSize,
  ) {
    const { native, contract, tensors, bins = defaultBins, channels = false } = options;
    const counted = options.outputs.length;
    const found = engine.info.outputs?.length;
    if (found !== counted) {
      throw new CalibrationError(
        `the engine gives ${found} outputs, but the file has ${counted}`,
        options.model,
      );
    }
    this.#innerNames = tensors.filter((name) => name !== contract.input.name);
    const indices = this.#innerNames.map((name) => options.outputs.indexOf(name));
    const missing = indices.indexOf(-1);
    if (missing >= 0) {
      throw new CalibrationError(`has no output ${this.#innerNames[missing]}`, options.model);
    }
    const observer = (tensors: number[], layout: "NCHW" | "NHWC") =>
      native.createObserver({ tensors, bins, channels, layout });
    if (indices.length > 0) {
      const other = engine.info.outputs?.find(({ layout }) => layout);
      this.#inner = observer(indices, other?.layout ?? "NCHW");
    }
    if (indices.length < tensors.length) this.#input = observer([0], contract.input.layout);
    // Counted where the engine has them: copying all these outputs took an eighth of the processors' time.
    const counting = this.#inner && { observer: this.#inner.handle };
    this.#chains = {
      scale: native.createChain({ letterbox: letterboxPart(contract, size) }, []),
      infer: native.createChain({ engine: engine.handle, ...counting }, []),
    };
  }

  /**
   * Loads it, in 32 bits.
   *
   * @throws {Error} It can't be loaded, or lacks a tensor.
   */
  static async open(options: InstrumentedOptions, size: InputSize): Promise<Instrumented> {
    const { native, model, contract } = options;
    const engine = await openFloatEngine(native, contract, size, {
      // A picture on each: while one is counted the other is inferred.
      streams: underWay,
      // Turning all of them round takes as long as inference.
      outputs: "native",
      ...options.engine,
      model,
    });
    try {
      return new Instrumented(options, engine, size);
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** Runs one picture through, of which it takes a reference, and counts its tensors. */
  async observe(picture: Frame): Promise<void> {
    const { frame: scaled } = await through(this.#chains.scale, picture);
    if (this.#input) {
      try {
        await this.#input.observe(scaled.retain());
      } catch (error) {
        scaled.release();
        throw error;
      }
    }
    const { frame: answer } = await through(this.#chains.infer, scaled);
    answer.release();
  }

  /** What was counted so far, by tensor, in the order asked for. */
  read(): Map<string, TensorHistogram> {
    const read = new Map<string, TensorHistogram>();
    for (const name of this.options.tensors) {
      const inner = this.#innerNames.indexOf(name);
      const seen = inner < 0 ? this.#input!.read(0) : this.#inner!.read(inner);
      read.set(name, histogramOf(name, seen));
    }
    return read;
  }

  /** Unloads it. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([this.#chains.scale.close(), this.#chains.infer.close()]);
    await Promise.all([this.#input?.close(), this.#inner?.close()]);
    await this.engine.close();
  }
}
