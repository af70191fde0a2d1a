import { join } from "node:path";
import type { CocoFigures } from "../../src/evaluate/mod.ts";
import { writeModel } from "../../src/onnx/mod.ts";
import { readCalibration } from "../../src/quantize/calibration/mod.ts";
import { openSubject } from "../../src/quantize/subject.ts";
import { targetModel } from "../../src/quantize/targets.ts";
import type { Context } from "./part.ts";
import { score } from "./score.ts";
import type { Subject } from "./subjects.ts";

/** COCO's figures on the held-out pictures with each group alone in INT8, in the model's order. */
export async function aloneScores(
  context: Context,
  { file, title, held }: Subject,
  calibrationFile: string,
): Promise<{ readonly id: string; readonly figures: CocoFigures }[]> {
  const model = await openSubject(file, [], []);
  const calibration = await readCalibration(calibrationFile);
  // Sums and averages stay float for OpenVINO in any case.
  const groups = model.plan.groups.filter(({ weights }) => weights !== undefined)
    .filter((_, i) => !context.quick || i % 8 === 0);
  const folder = await Deno.makeTempDir({ prefix: "lineside-bench-" });
  const found: { id: string; figures: CocoFigures }[] = [];
  try {
    for (const [index, { id }] of groups.entries()) {
      context.report(`${title}: ${id} alone in INT8, ${index + 1} of ${groups.length}`);
      const others = model.plan.groups.map((group) => group.id).filter((other) => other !== id);
      const path = join(folder, `${index}.onnx`);
      writeModel(targetModel(model, calibration, "openvino", new Set(others)), path);
      found.push({ id, figures: await score(context, path, held) });
      await Deno.remove(path);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return found;
}
