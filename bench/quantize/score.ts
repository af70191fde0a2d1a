import { join } from "node:path";
import {
  type CocoFigures,
  detectionColumns,
  evaluateDetections,
  mapClasses,
  openDetector,
  pairPictures,
  parseAnnotations,
} from "../../src/evaluate/mod.ts";
import { cocoLabels } from "../../src/model/mod.ts";
import { listImages } from "../../src/elements/image_files.ts";
import type { Detection } from "../../src/runtime/packet.ts";
import { inRepository, python } from "../places.ts";
import { run, runJson } from "../process.ts";
import { kept, modelDigest, sourcesDigest } from "./cache.ts";
import type { Annotated } from "./material.ts";
import type { Context } from "./part.ts";

/** How a model is run. */
export interface ScoreOptions {
  /** Pixels, of a model that takes any. */
  readonly size?: number;
  readonly precision?: "fp32" | "bf16";
}

/**
 * COCO's figures of a model: ONNX through the pipeline, as `lineside evaluate` does it; OpenVINO's
 * IR by `python` below. The same file on the same pictures is scored once.
 */
export async function score(
  context: Context,
  model: string,
  set: Annotated,
  options: ScoreOptions = {},
): Promise<CocoFigures> {
  if (model.endsWith(".xml")) return await pythonScore(context, model, set);
  const { size = null, precision = "fp32" } = options;
  const key = [await sourcesDigest(), await modelDigest(model), set.name, size, precision];
  return await kept(join(context.work, "scores"), key, async () => {
    context.report(`scoring ${model} on ${set.name}`);
    const { truth, pictures, labels } = await opened(model, set);
    const found = await detections(model, pictures, options, [labels]);
    const map = mapClasses(found.labels, truth, model);
    const rows = found.detections.flatMap((list, image) =>
      list.flatMap(({ classId, score, box: [x1, y1, x2, y2] }) => {
        const category = map.category[classId]!;
        return category < 0 ? [] : [{ image, category, score, box: [x1, y1, x2 - x1, y2 - y1] }];
      })
    );
    return evaluateDetections(truth, detectionColumns(rows)).figures;
  });
}

/** The same by cv2, OpenVINO and pycocotools (bench/reference), which also take OpenVINO's IR. */
export async function pythonScore(
  context: Context,
  model: string,
  set: Annotated,
): Promise<CocoFigures> {
  const key = ["python", await modelDigest(model), set.name];
  return await kept(join(context.work, "scores"), key, async () => {
    context.report(`scoring ${model} on ${set.name} by Python`);
    const { stdout } = await run([
      python,
      inRepository("bench/reference/detect.py"),
      ...["--model", model, "--images", set.images, "--score", "0.001", "--multi-label"],
    ]);
    const lines = await Deno.makeTempFile({ suffix: ".jsonl" });
    try {
      await Deno.writeTextFile(lines, stdout);
      const program = inRepository("bench/reference/score.py");
      const given = ["--annotations", set.annotations, "--detections", lines];
      return await runJson<CocoFigures>([python, program, ...given]);
    } finally {
      await Deno.remove(lines);
    }
  });
}

async function opened(model: string, set: Annotated) {
  const all = parseAnnotations(await Deno.readTextFile(set.annotations), set.annotations);
  const { paths } = pairPictures(all, await listImages(set.images));
  const missing = paths.indexOf(undefined);
  if (missing >= 0) {
    throw new Error(`${set.images} lacks ${all.images[missing]!.fileName}, to score ${model} on`);
  }
  return {
    truth: all,
    pictures: paths as string[],
    labels: all.categories.map(({ name }) => name),
  };
}

async function detections(
  model: string,
  pictures: readonly string[],
  { size, precision = "fp32" }: ScoreOptions = {},
  labels: readonly (readonly string[])[] = [],
): Promise<{ labels: readonly string[]; detections: readonly (readonly Detection[])[] }> {
  const detector = await openDetector({
    model,
    engine: [`precision=${precision}`],
    labels: [cocoLabels, ...labels],
    ...(size !== undefined && { size: `${size}` }),
  });
  const found = await detector.detect(pictures);
  const lost = found.detections.indexOf(undefined);
  if (lost >= 0) throw new Error(`${pictures[lost]} can't be decoded`);
  return {
    labels: detector.labels,
    detections: found.detections as readonly (readonly Detection[])[],
  };
}
