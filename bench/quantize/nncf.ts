import { join } from "node:path";
import { planQuantization, prepare } from "../../src/quantize/graph/mod.ts";
import { readModel } from "../../src/onnx/mod.ts";
import { exists, inRepository } from "../places.ts";
import { runJson } from "../process.ts";
import { digest, kept, modelDigest } from "./cache.ts";
import type { Context } from "./part.ts";

/** The Python that has NNCF; `scripts/references nncf` installs it. */
export const nncfPython: string = Deno.env.get("LINESIDE_NNCF_PYTHON") ??
  inRepository(".lineside/references-nncf/bin/python");

/** What bench/reference/nncf_models.py tells of a model it made. */
export interface NncfModel {
  readonly variant: string;
  readonly file: string;
  readonly seconds: number;
  /** Of the convolutions' multiply-adds, the share that is in INT8. */
  readonly int8: number;
}

/** Presets and scopes that users are told to try, see bench/reference/nncf_models.py. */
export const variants = [
  "default",
  "mixed",
  "convolutions",
  "mixed-convolutions",
  "mixed-head",
  "mixed-convolutions-head",
  "mixed-head-global",
  "mixed-head-cut",
  "mixed-halved",
  "mixed-convolutions-head-halved",
] as const;

/** Words for the tables. */
export function variantText(variant: string): string {
  const words: Readonly<Record<string, string>> = {
    default: "default",
    mixed: "mixed",
    convolutions: "convolutions only",
    head: "head float",
    global: "global min/max",
    cut: "99.99 %",
    halved: "all weights halved",
  };
  return "NNCF " + variant.split("-")
    .map((word) => words[word] ?? word.replace(/^last(\d+)$/, "last $1 % float")).join(", ");
}

/** A model by NNCF on the first so many pictures, evenly; made once for the same model and pictures. */
export async function nncf(
  context: Context,
  variant: string,
  of: { readonly model: string; readonly images: string; readonly count: number },
): Promise<NncfModel> {
  const key = [variant, await modelDigest(of.model), of.images, of.count];
  const folder = join(context.work, "nncf");
  const output = join(folder, await digest(JSON.stringify(key)));
  const made = await kept(folder, key, () => {
    context.report(`NNCF ${variant} of ${of.model}, ${of.count} images`);
    const given = ["--model", of.model, "--images", of.images, "--count", `${of.count}`];
    const head = ["--head", headInputs(of.model).join(",")];
    return runJson<NncfModel>([
      nncfPython,
      inRepository("bench/reference/nncf_models.py"),
      ...given,
      ...["--output", output, ...head, variant],
    ]);
  });
  if (exists(made.file)) return made;
  throw new Error(`${made.file} is gone: empty ${folder} to have it made again`);
}

/** The tensors at which the head begins, by the same rule as `--head float`. */
export function headInputs(model: string): string[] {
  const head = planQuantization(prepare(readModel(model))).groups.filter((group) => group.head);
  const made = new Set(head.map(({ output }) => output));
  return [...new Set(head.flatMap(({ reads }) => reads))].filter((name) => !made.has(name));
}
