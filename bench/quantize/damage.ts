import { join } from "node:path";
import { listImages } from "../../src/elements/image_files.ts";
import { type Agreement, agreementOf, type CocoFigures } from "../../src/evaluate/mod.ts";
import { writeModel } from "../../src/onnx/mod.ts";
import { evenly, readCalibration } from "../../src/quantize/calibration/mod.ts";
import { openSubject } from "../../src/quantize/subject.ts";
import { targetModel } from "../../src/quantize/targets.ts";
import { digest, kept, sourcesDigest } from "./cache.ts";
import type { Context } from "./part.ts";
import { score, strong } from "./score.ts";
import type { Subject } from "./subjects.ts";

/** What one group does to the model where it alone is in INT8. */
export interface Damage {
  readonly id: string;
  readonly head: boolean;
  readonly multiplyAdds: number;
  /** With the float model, on pictures of the calibration. */
  readonly agreement: Agreement;
  /** 0: answers are the float model's. What is missed or invented, and how far the rest is off. */
  readonly damage: number;
}

/** Every group alone in INT8 beside the float model; those that do most damage first. */
export async function damages(
  context: Context,
  subject: Subject,
  calibration: string,
): Promise<Damage[]> {
  const count = context.quick ? 8 : 24;
  const key = [
    "damage",
    await sourcesDigest(),
    subject.name,
    count,
    await digest(await Deno.readFile(calibration)),
  ];
  return await kept(join(context.work, "damage"), key, async () => {
    const images = evenly(await listImages(subject.calibration.images), count);
    const reference = await strong(subject.file, images);
    const found = await alone(context, subject, calibration, async (file, group) => {
      const found = agreementOf(await strong(file, images), reference, { score: 0.25 });
      const { recall, reverseRecall, boxShift, scoreShift } = found;
      // A box that is off by 16 pixels counts like one that is not found.
      const damage = 2 - recall - reverseRecall + scoreShift + boxShift / 16;
      return { ...group, agreement: found, damage };
    });
    return found.toSorted((a, b) => b.damage - a.damage);
  });
}

/** AP on the held-out pictures with each group alone in INT8, in the model's order. */
export async function aloneScores(
  context: Context,
  subject: Subject,
  calibration: string,
): Promise<{ readonly id: string; readonly figures: CocoFigures }[]> {
  return await alone(context, subject, calibration, async (file, { id }) => (
    { id, figures: await score(context, file, subject.held) }
  ));
}

type GroupFigures = Pick<Damage, "id" | "head" | "multiplyAdds">;

async function alone<T>(
  context: Context,
  { file, title }: Subject,
  calibrationFile: string,
  work: (model: string, group: GroupFigures) => Promise<T>,
): Promise<T[]> {
  const model = await openSubject(file, [], []);
  const calibration = await readCalibration(calibrationFile);
  const { groups } = model.plan;
  const folder = await Deno.makeTempDir({ prefix: "lineside-bench-" });
  const found: T[] = [];
  try {
    for (const [index, { id, head, multiplyAdds, weights }] of groups.entries()) {
      if (weights === undefined) continue; // Sums and averages stay float for OpenVINO anyway.
      context.report(`${title}: ${id} alone in INT8, ${index + 1} of ${groups.length}`);
      const others = new Set(groups.map((group) => group.id).filter((other) => other !== id));
      const path = join(folder, `${index}.onnx`);
      writeModel(targetModel(model, calibration, "openvino", others), path);
      found.push(await work(path, { id, head, multiplyAdds: multiplyAdds ?? 0 }));
      await Deno.remove(path);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return found;
}
