import {
  type Detections,
  evaluateDetections,
  parseAnnotations,
  parseDetections,
} from "../../evaluate/mod.ts";
import { drawCharts } from "./charts.ts";
import { readData } from "./errors.ts";
import { selectCategories } from "./only.ts";
import type { Scored } from "./scored.ts";
import { showScores } from "./scores.ts";
import type { EvaluateOptions } from "./options.ts";
import { printError } from "../terminal.ts";

/** `evaluate --detections FILE… --annotations FILE`. */
export async function evaluateDetectionFiles(
  files: readonly string[],
  options: EvaluateOptions,
): Promise<void> {
  const annotations = options.annotations!;
  const { all, truth, index } = selectCategories(
    parseAnnotations(await readData(annotations), annotations),
    options.only,
  );
  const scored: Scored[] = [];
  for (const file of files) {
    const detections = selectDetections(parseDetections(await readData(file), file, all), index);
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

/** Detections of the categories that are scored; `index` is where each category has gone. */
function selectDetections(found: Detections, index: Int32Array): Detections {
  const rows = [...found.category.keys()].filter((row) => index[found.category[row]!]! >= 0);
  if (rows.length === found.category.length && index.every((to, from) => to === from)) return found;
  return {
    image: Int32Array.from(rows, (row) => found.image[row]!),
    category: Int32Array.from(rows, (row) => index[found.category[row]!]!),
    box: Float64Array.from(rows.flatMap((row) => [...found.box.subarray(row * 4, row * 4 + 4)])),
    score: Float64Array.from(rows, (row) => found.score[row]!),
  };
}
