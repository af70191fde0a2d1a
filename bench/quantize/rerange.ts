import { join } from "node:path";
import {
  calibrated,
  type Method,
  methodText,
  readCalibration,
  writeCalibration,
} from "../../src/quantize/calibration/mod.ts";
import { openSubject } from "../../src/quantize/subject.ts";
import { digest } from "./cache.ts";
import type { Context } from "./part.ts";

/**
 * A calibration's histograms with the ranges that another method finds, in a file of its own. The
 * pictures' range is known, whatever the method.
 */
export async function reranged(
  context: Context,
  model: string,
  file: string,
  method: Method,
): Promise<string> {
  const calibration = await readCalibration(file);
  const { contract } = await openSubject(model, [], []);
  const text = methodText(method);
  const folder = join(context.work, "ranges", await digest(await Deno.readFile(file)));
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, `${text.replace(":", "-")}.calibration.json`);
  await writeCalibration(path, {
    ...calibration,
    method: text,
    tensors: calibration.tensors.map((tensor) =>
      tensor.name === contract.input.name ? tensor : calibrated(tensor.histograms, method)
    ),
  });
  return path;
}
