import { Command, InvalidArgumentError, Option } from "commander";
import type { EvaluateOptions } from "./evaluate/options.ts";
import { CliError } from "./exit.ts";
import { colorOption, positiveInteger, repeatable } from "./options.ts";

/** `lineside evaluate MODEL…`. */
export function evaluate(): Command {
  return new Command("evaluate")
    .summary("score models, detections or tracks")
    .description(
      "Scores models on annotated images by COCO's rules, or compares them with a reference model; " +
        "scores files of detections or of tracks.",
    )
    .argument("[models...]", "ONNX files, which are run as in a pipeline")
    .option("--images <path>", "a folder, a pattern, or a .txt file with one path a line")
    .option("--annotations <file>", "COCO annotations of the images")
    .option("--against <model>", "also compare with this model's detections; needs no annotations")
    .addOption(
      repeatable("--detections <file>", "score a file of COCO's results format (repeatable)"),
    )
    .option("--tracks <file>", "score tracks in MOTChallenge's format")
    .option("--truth <file>", "ground truth of the tracks, in the same format")
    .addOption(
      new Option("--precision <type>", "what models compute in")
        .choices(["auto", "fp32", "bf16", "fp16", "int8"]).default("fp32"),
    )
    .option("--batch <n>", "images in one batch", positiveInteger, 1)
    .option("--size <pixels>", "input of those models that take any: 640, 640x384")
    .addOption(
      repeatable(
        "--engine <option=value>",
        "any option of a pipeline's engine: labels=coco, range=0-1, device=GPU (repeatable)",
      ),
    )
    .addOption(
      new Option("--classes <rule>", "how a model's classes become categories")
        .choices(["auto", "name", "order"]).default("auto"),
    )
    .option("--only <names>", "score these categories alone: person,car")
    .option(
      "--score <share>",
      "least score of a detection in --against and --confusion",
      share,
      0.25,
    )
    .option("--resamples <n>", "draws for the 95 % intervals, 0: none", wholeNumber, 200)
    .option("--seed <n>", "of those draws", wholeNumber, 1)
    .option("--confusion <file>", "draw which classes are taken for which: .svg or .png")
    .option("--curves <file>", "draw precision over recall: .svg or .png")
    .addOption(
      new Option("--rows <which>", "of the ground truth of tracks: those to be considered, or all")
        .choices(["considered", "all"]).default("considered"),
    )
    .option("--class <id>", "of the ground truth of tracks, where it tells classes", wholeNumber, 1)
    .addOption(
      new Option("--counting <package>", "whose MOTA, MOTP, IDSW … of tracks")
        .choices(["motmetrics", "trackeval"]).default("motmetrics"),
    )
    .option("--distractors", "leave out tracks on MOTChallenge's distractors, as its server does")
    .option("--json", "print all figures as one JSON object")
    .option("--quiet", "show errors and figures alone")
    .addOption(colorOption())
    .addHelpText("after", help)
    .action(act);
}

const help = `
Examples:
  lineside evaluate yolov8n.onnx --images val/ --annotations val.json
  lineside evaluate fp32.onnx int8.onnx --images val/ --annotations val.json --curves pr.svg
  lineside evaluate int8.onnx --against fp32.onnx --images 'shots/*.jpg'
  lineside evaluate --detections results.json --annotations val.json --json
  lineside evaluate --tracks result.txt --truth gt.txt

Models are run at score 0.001, class by class NMS at IoU 0.7, at most 300 boxes an image; figures
count at most 100 a class, as COCO's do. Several models are told apart from the first one.
What the figures mean stands in docs/evaluate.md.

Figures go to standard output; all else goes to standard error. Exit codes: 0 done, 1 failed while
running, 2 wrong command line or file, 130 stopped by Ctrl-C: then there are no figures.`;

async function act(models: readonly string[], options: EvaluateOptions): Promise<void> {
  const mode = modeOf(models, options);
  const { explained } = await import("./evaluate/errors.ts");
  await explained(async () => {
    if (mode === "tracks") {
      const { evaluateTrackFiles } = await import("./evaluate/tracks.ts");
      await evaluateTrackFiles(options.tracks!, options.truth!, options);
    } else if (mode === "detections") {
      const { evaluateDetectionFiles } = await import("./evaluate/detections.ts");
      await evaluateDetectionFiles(options.detections, options);
    } else {
      const { evaluateModels } = await import("./evaluate/models.ts");
      await evaluateModels(models, options);
    }
  });
}

/** What is asked for; whatever else is needed for it must be there, and nothing that is not. */
function modeOf(
  models: readonly string[],
  options: EvaluateOptions,
): "models" | "detections" | "tracks" {
  const { images, annotations, against, detections, tracks, truth, confusion, curves } = options;
  const need = (what: string, for_: string): never => {
    throw new CliError(`${what} is missing: ${for_}`);
  };
  const kinds = [
    models.length > 0 && "models",
    detections.length > 0 && "--detections",
    (tracks !== undefined || truth !== undefined) && "--tracks",
  ].filter((kind) => kind !== false);
  for (const names of [models, detections]) {
    const double = names.find((name, index) => names.indexOf(name) !== index);
    if (double !== undefined) throw new CliError(`${double} is named twice`);
  }
  if (kinds.length > 1) {
    throw new CliError(`${kinds.join(" and ")} can't be evaluated at once: choose one`);
  }
  if (kinds.length === 0) need("what to evaluate", "name a model, --detections or --tracks");
  if (kinds[0] === "--tracks") {
    if (tracks === undefined) need("--tracks", "the file of tracks that --truth belongs to");
    if (truth === undefined) need("--truth", "the ground truth of the tracks");
    return "tracks";
  }
  if (kinds[0] === "--detections") {
    if (annotations === undefined) need("--annotations", "what the detections are scored against");
    return "detections";
  }
  if (images === undefined) need("--images", "what the models are run on");
  if (annotations === undefined) {
    if (against === undefined) {
      need("--annotations", "or name a model to compare with, --against");
    }
    const drawing = confusion !== undefined ? "--confusion" : curves && "--curves";
    if (drawing) need("--annotations", `${drawing} needs them`);
  }
  return "models";
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("Expected a whole number of at least 0.");
  }
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError("Expected a number from 0 to 1.");
  }
  return value;
}
