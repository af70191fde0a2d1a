import { join } from "node:path";
import { readCalibration, writeCalibration } from "../../src/quantize/calibration/mod.ts";
import { exists, inRepository } from "../places.ts";
import { runJson } from "../process.ts";
import { digest, kept, modelDigest, sourcesDigest } from "./cache.ts";
import type { Context } from "./part.ts";

/** A group as `quantize --json` lists it. */
export interface Group {
  readonly id: string;
  readonly kind: string;
  readonly head: boolean;
  readonly multiplyAdds: number | null;
}

/** An INT8 model that `lineside quantize` made. */
export interface Made {
  readonly file: string;
  readonly calibration: string;
  readonly groups: readonly Group[];
  /** Groups in INT8, and their share of all multiply-adds. */
  readonly int8: number;
  readonly share: number;
  readonly seconds: number;
}

/** What is wanted of `lineside quantize`. */
export interface Wanted {
  readonly model: string;
  /** Pictures and how many of them, or a calibration that is there. */
  readonly from: { readonly images: string; readonly count: number } | { readonly file: string };
  /** More of the command line. */
  readonly options?: readonly string[];
}

/** All groups in INT8, however much that costs. */
export const pure: readonly string[] = ["--max-drop", "none"];

/**
 * All groups in INT8, with the ranges of a model that may have some in float: they are chosen before
 * it is known what stays float, so `--max-drop none` would find the same ones.
 */
export async function allInt8(context: Context, model: string, made: Made): Promise<Made> {
  if (made.share === 1) return made;
  const { float: _, ...calibration } = await readCalibration(made.calibration);
  const file = made.calibration.replace(/calibration\.json$/, "all.calibration.json");
  await writeCalibration(file, calibration);
  return await quantized(context, { model, from: { file } });
}

interface Answer {
  readonly calibration: { readonly file: string };
  readonly groups: readonly Group[];
  readonly files: readonly {
    readonly file: string;
    readonly int8: number;
    readonly multiplyAddsInt8: number;
  }[];
}

/** Makes an OpenVINO model by the command line; what the same sources made before is not made again. */
export async function quantized(context: Context, wanted: Wanted): Promise<Made> {
  const { model, from, options = [] } = wanted;
  const source = "file" in from
    ? ["--from", from.file]
    : ["--images", from.images, "--most", `${from.count}`];
  const basis = "file" in from ? await digest(await Deno.readFile(from.file)) : from.images;
  const key = [
    await sourcesDigest(),
    await modelDigest(model),
    basis,
    "count" in from ? from.count : null,
    ...options,
  ];
  const folder = join(context.work, "ours");
  const output = join(folder, await digest(JSON.stringify(key)));
  const make = () =>
    kept(folder, key, async (): Promise<Made> => {
      const start = performance.now();
      const answer = await runJson<Answer>([
        inRepository("scripts/lineside"),
        "quantize",
        model,
        ...source,
        ...["--targets", "openvino", "--output", output, "--json", "--quiet"],
        ...options,
      ]);
      const [made] = answer.files;
      return {
        file: made!.file,
        calibration: answer.calibration.file,
        groups: answer.groups,
        int8: made!.int8,
        share: made!.multiplyAddsInt8,
        seconds: (performance.now() - start) / 1000,
      };
    });
  const made = await make();
  if (exists(made.file)) return made;
  throw new Error(`${made.file} is gone: empty ${folder} to have it made again`);
}
