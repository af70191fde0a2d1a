import { evaluateDetections, parseAnnotations, parseDetections } from "../evaluate/mod.ts";
import { drawCharts } from "./evaluate_charts.ts";
import { readData } from "./evaluate_errors.ts";
import { onlyCategories, type Scored, showScores } from "./evaluate_scores.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import { printError } from "./terminal.ts";

/** `evaluate --detections FILE… --annotations FILE`. */
export async function evaluateDetectionFiles(
  files: readonly string[],
  options: EvaluateOptions,
): Promise<void> {
  const annotations = options.annotations!;
  const all = parseAnnotations(await readData(annotations), annotations);
  const truth = onlyCategories(all, options.only);
  const kept = new Map(all.categories.map(({ id }, index) => [index, id]));
  const indexOf = new Map(truth.categories.map(({ id }, index) => [id, index]));
  const scored: Scored[] = [];
  for (const file of files) {
    const found = parseDetections(await readData(file), file, all);
    const rows = [...found.category.keys()]
      .filter((row) => indexOf.has(kept.get(found.category[row]!)!));
    const detections = rows.length === found.category.length ? found : {
      image: Int32Array.from(rows, (row) => found.image[row]!),
      category: Int32Array.from(rows, (row) => indexOf.get(kept.get(found.category[row]!)!)!),
      box: Float64Array.from(rows.flatMap((row) => [...found.box.subarray(row * 4, row * 4 + 4)])),
      score: Float64Array.from(rows, (row) => found.score[row]!),
    };
    const answered = new Set(detections.image).size;
    if (!options.quiet) {
      const silent = truth.images.length - answered;
      printError(
        `${file}: ${detections.score.length} detections in ${answered} of ${truth.images.length} ` +
          `images${silent > 0 ? `; the other ${silent} count as without any` : ""}\n`,
      );
    }
    scored.push({ name: file, evaluation: evaluateDetections(truth, detections), detections });
  }
  await drawCharts(truth, scored, options);
  showScores(truth, scored, options, {
    images: { evaluated: truth.images.length },
  });
}
