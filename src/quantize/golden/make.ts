import { basename } from "node:path";
import { Buffer } from "node:buffer";
import { type DecodedImage, imageDecoder } from "../../elements/image_decode.ts";
import type { EngineOptions } from "../../elements/engine_options.ts";
import type { ModelContract } from "../../model/mod.ts";
import type { NativeRuntime } from "../../native/mod.ts";
import type { Detection } from "../../runtime/packet.ts";
import { openFloatEngine } from "../calibration/float_engine.ts";
import { evenly } from "../calibration/image_list.ts";
import { type InputSize, letterboxPart } from "../calibration/instrumented.ts";
import { answersOf } from "./answers.ts";
import { chosen } from "./choose.ts";
import { type GoldenPicture, keptScore } from "./golden.ts";
import { shrunk } from "./shrink.ts";

/** Pictures to keep. */
const kept = 8;
/** Pictures to choose from. */
const looked = 48;
/** Held in memory at once. */
const together = 8;
/** Objects that count in the choice: well above what the self-check asks for. */
const sure = 0.5;

/** What golden pictures are made with. */
export interface GoldenOptions {
  /** The library, which stays open. */
  readonly native: NativeRuntime;
  /** What is known of the model. */
  readonly contract: ModelContract;
  /** How it is run in float. */
  readonly engine: EngineOptions;
  /** Its input sizes, at least one. */
  readonly sizes: readonly InputSize[];
  /** Paths of pictures to choose from. */
  readonly images: readonly string[];
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** Answers by size, each rounded as it is written. */
type Answers = GoldenPicture["answers"];

/**
 * Scales some of the pictures down, runs the float model on them at each size, and keeps those with
 * most in them.
 *
 * @throws The signal's reason; {Error} the model could not be run.
 */
export async function goldenPictures(options: GoldenOptions): Promise<GoldenPicture[]> {
  const { images, sizes, signal } = options;
  const decode = await imageDecoder();
  const largest = Math.max(...sizes.flatMap(({ width, height }) => [width, height]));
  const engines = await openEach(options);
  const candidates: { file: string; bytes: Uint8Array; answers: Answers }[] = [];
  try {
    const files = evenly(images, looked);
    for (let from = 0; from < files.length; from += together) {
      signal?.throwIfAborted();
      const part = await Promise.all(
        files.slice(from, from + together).map(async (file) => {
          try {
            const bytes = await shrunk(await decode(await Deno.readFile(file)), largest);
            return [{ file, bytes, picture: await decode(bytes) }];
          } catch {
            return []; // it has been named as skipped
          }
        }),
      );
      const pictures = part.flat();
      const answers = await askAll(engines, pictures.map(({ picture }) => picture));
      pictures.forEach(({ file, bytes }, index) =>
        candidates.push({ file, bytes, answers: answers[index]! })
      );
    }
  } finally {
    for (const { close } of engines) await close();
  }
  const indices = chosen(
    candidates.map(({ answers }) => ({
      classes: answers.flat().filter(({ score }) => score >= sure).map((one) => one.class),
    })),
    kept,
  );
  return indices.map((index) => {
    const { file, bytes, answers } = candidates[index]!;
    return { file: basename(file), image: Buffer.from(bytes).toString("base64"), answers };
  });
}

interface Opened {
  ask(pictures: readonly DecodedImage[]): Promise<Detection[][]>;
  close(): Promise<void>;
}

async function openEach({ native, contract, engine, sizes }: GoldenOptions): Promise<Opened[]> {
  const opened: Opened[] = [];
  try {
    for (const size of sizes) {
      const letterbox = letterboxPart(contract, size);
      const { backend, threads, device, model } = engine;
      const one = await openFloatEngine(native, contract, size, {
        ...{ model, backend, threads },
        ...(device !== undefined && { device }),
      });
      const asked = { native, engine: one.handle, contract, letterbox };
      opened.push({
        ask: (pictures) => answersOf(asked, pictures, keptScore),
        close: () => one.close(),
      });
    }
  } catch (error) {
    for (const { close } of opened) await close();
    throw error;
  }
  return opened;
}

/** By picture, then by size. */
async function askAll(
  engines: readonly Opened[],
  pictures: readonly DecodedImage[],
): Promise<Answers[]> {
  const bySize: Detection[][][] = [];
  for (const { ask } of engines) bySize.push(await ask(pictures));
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  return pictures.map((_, index) =>
    bySize.map((found) =>
      found[index]!.map(({ classId, score, box }) => ({
        class: classId,
        score: round(score, 4),
        box: box.map((value) => round(value, 2)) as unknown as Detection["box"],
      }))
    )
  );
}
