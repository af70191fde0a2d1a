/**
 * What a model file says of itself, and what the pipeline must say in its place.
 * @module
 */
import { distance } from "fastest-levenshtein";
import type { ModelContract } from "./contract.ts";
import { contractOf } from "./assemble.ts";
import { cocoLabels } from "./coco.ts";
import { ModelError } from "./error.ts";
import { parseLabelFile } from "./labels.ts";
import type { ModelOverrides } from "./overrides.ts";
import { readModelFile } from "./read.ts";

export type { HeadFamily, ModelContract } from "./contract.ts";
export { cocoLabels } from "./coco.ts";
export { ModelError } from "./error.ts";
export { inputShape } from "./input_shape.ts";
export type { ModelOverrides } from "./overrides.ts";

/**
 * Reads an ONNX detection model's contract from its metadata and shapes. Weights are not read.
 *
 * @param path The model file.
 * @param overrides Engine options of the same names; they fill in what the file does not tell.
 * @param prefix How messages name those options: `engines.detector.` gives `engines.detector.labels`.
 * @throws {ModelError} The file can't be used, an option contradicts it, or something can't be told:
 * then the message asks for all that is missing by option name.
 *
 * @example
 * ```ts
 * const model = await inspectModel("yolox_nano.onnx", { labels: "coco" });
 * console.log(model.family, model.input.width); // yolox 416
 * ```
 */
export async function inspectModel(
  path: string,
  overrides: ModelOverrides = {},
  prefix = "",
): Promise<ModelContract> {
  const outline = readModelFile(path);
  let labels: readonly string[] | undefined;
  if (typeof overrides.labels !== "string") labels = overrides.labels;
  else if (overrides.labels === "coco") labels = cocoLabels;
  else labels = await labelFile(overrides.labels, path, prefix);
  return contractOf(outline, path, { ...overrides, labels }, prefix);
}

async function labelFile(name: string, path: string, prefix: string): Promise<string[]> {
  try {
    return parseLabelFile(await Deno.readTextFile(name));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new ModelError(
        `\`${prefix}labels: ${name}\` can't be read: ${(error as Error).message}`,
        path,
        ["labels"],
      );
    }
    const near = distance(name, "coco") <= 2 ? "; did you mean `coco`?" : "";
    throw new ModelError(
      `\`${prefix}labels: ${name}\` is neither \`coco\`, nor a list, nor a file that exists${near}`,
      path,
      ["labels"],
    );
  }
}
