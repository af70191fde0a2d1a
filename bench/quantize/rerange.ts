import { join } from "node:path";
import { calibrated, type Method, methodText } from "../../src/quantize/calibration/mod.ts";
import { readCalibration, writeCalibration } from "../../src/quantize/calibration/mod.ts";
import { digest } from "./cache.ts";
import type { Context } from "./part.ts";

/** A calibration's histograms with the ranges that another method finds: its file. */
export async function reranged(context: Context, file: string, method: Method): Promise<string> {
  const calibration = await readCalibration(file);
  const text = methodText(method);
  const folder = join(context.work, "ranges", await digest(await Deno.readFile(file)));
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, `${text.replace(":", "-")}.calibration.json`);
  await writeCalibration(path, {
    ...calibration,
    method: text,
    tensors: calibration.tensors.map(({ histograms }) => calibrated(histograms, method)),
  });
  return path;
}
