import { imageDecoder } from "../../elements/image_decode.ts";
import { CalibrationError } from "./error.ts";
import { ImagesHash } from "./hashes.ts";
import type { TensorHistogram } from "./histogram.ts";
import { isBlack, isDim, isUnitRange, judge } from "./image_check.ts";
import {
  type InputSize,
  Instrumented,
  type InstrumentedOptions,
  underWay,
} from "./instrumented.ts";
import { inParallel } from "./parallel.ts";
import { type Progress, ProgressMeter } from "./progress.ts";

/** What to look at, and how. */
export interface ObserveOptions extends InstrumentedOptions {
  /** Paths of pictures. */
  readonly images: readonly string[];
  /** Input sizes, one after the other; one for a model whose size is fixed. */
  readonly sizes: readonly InputSize[];
  /** Ends it after the pictures under way. */
  readonly signal?: AbortSignal;
  /** Called after each picture. */
  readonly progress?: (progress: Progress) => void;
}

/** A picture that could not be decoded. */
export interface SkippedImage {
  /** Its path. */
  readonly file: string;
  /** Why not, in the decoder's words. */
  readonly reason: string;
}

/** What was seen. */
export interface Observed {
  /** By tensor, one map for each size. */
  readonly sizes: readonly (InputSize & {
    readonly histograms: ReadonlyMap<string, TensorHistogram>;
  })[];
  /** What it was seen on. */
  readonly images: {
    /** How many were looked at. */
    readonly count: number;
    /** SHA-256 of their names and contents. */
    readonly sha256: string;
    readonly skipped: readonly SkippedImage[];
  };
  /** What is doubtful, in words. */
  readonly warnings: readonly string[];
}

/**
 * Runs pictures through a model and counts what values its tensors take. Pictures are decoded and
 * scaled as a pipeline does it. Memory is bounded: two pictures and their tensors.
 *
 * @throws {CalibrationError} Not one picture can be decoded, or all are black.
 * @throws The signal's reason.
 */
export async function observeImages(options: ObserveOptions): Promise<Observed> {
  const { sizes, signal, progress } = options;
  if (sizes.length === 0) throw new RangeError("no input size is given");
  const meter = new ProgressMeter(
    options.images.length * sizes.length,
    progress ?? (() => {}),
  );
  const reader = new Reader(options);
  const seen: Observed["sizes"][number][] = [];
  for (const size of sizes) {
    signal?.throwIfAborted();
    const model = await Instrumented.open(options, size);
    try {
      await inParallel(options.images, underWay, async (file, index) => {
        const picture = await reader.read(file, index);
        if (picture) await model.observe(picture);
        meter.step();
      }, signal);
      seen.push({ ...size, histograms: model.read() });
    } finally {
      await model.close();
    }
    reader.judged();
  }
  const warnings = [...reader.warnings(), ...notFinite(seen)];
  return { sizes: seen, images: reader.images(), warnings };
}

/** Names tensors that held what can't be counted. */
function notFinite(sizes: Observed["sizes"]): string[] {
  const names = new Set<string>();
  for (const { histograms } of sizes) {
    for (const { name, notFinite } of histograms.values()) if (notFinite > 0) names.add(name);
  }
  if (names.size === 0) return [];
  const shown = [...names].slice(0, 3).join(", ") + (names.size > 3 ? ", …" : "");
  return [`NaN or infinite values were left out of ${names.size} tensors: ${shown}`];
}

/** Reads pictures, and keeps what is to be known of them. */
class Reader {
  readonly #decode = imageDecoder();
  readonly #hash = new ImagesHash();
  readonly #skipped = new Map<number, SkippedImage>();
  readonly #seen = new Set<number>();
  readonly #black: string[] = [];
  readonly #unitRange: string[] = [];
  #dim = 0;
  #doubts: string[] = [];

  constructor(readonly options: Pick<ObserveOptions, "native">) {}

  /** A frame of it; undefined if it can't be decoded. */
  async read(file: string, index: number) {
    if (this.#skipped.has(index)) return undefined;
    const decode = await this.#decode;
    let image, bytes;
    try {
      bytes = await Deno.readFile(file);
      image = await decode(bytes);
    } catch (error) {
      this.#skipped.set(index, { file, reason: (error as Error).message });
      return undefined;
    }
    if (!this.#seen.has(index)) {
      this.#seen.add(index);
      this.#hash.add(index, file, bytes);
      if (isDim(image)) this.#dim++;
      if (isBlack(image)) {
        this.#black.push(file);
        if (isUnitRange(image)) this.#unitRange.push(file);
      }
    }
    const { format, width, height, data } = image;
    return this.options.native.createFrame(format, width, height, data, 0, index);
  }

  /** @throws {CalibrationError} There is nothing to be learnt from what was read. */
  judged(): void {
    if (this.#seen.size === 0) {
      const [first] = this.#skipped.values();
      throw new CalibrationError(
        `not one of ${this.#skipped.size} images could be decoded; the first: ${first?.reason}`,
        first?.file,
      );
    }
    const black = this.#black.toSorted();
    const doubts = { black, unitRange: this.#unitRange, dim: this.#dim };
    this.#doubts = judge(doubts, this.#seen.size);
  }

  images(): Observed["images"] {
    const skipped = [...this.#skipped].sort(([a], [b]) => a - b).map(([, image]) => image);
    return { count: this.#seen.size, sha256: this.#hash.digest(), skipped };
  }

  warnings(): string[] {
    const { skipped } = this.images();
    const named = skipped.slice(0, 3).map(({ file, reason }) => `${file}: ${reason}`).join("; ");
    const more = skipped.length > 3 ? `; and ${skipped.length - 3} more` : "";
    return [
      ...this.#doubts,
      ...skipped.length > 0 ? [`${skipped.length} images skipped: ${named}${more}`] : [],
    ];
  }
}
