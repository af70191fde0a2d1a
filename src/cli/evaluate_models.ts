import { DataError } from "../evaluate/error.ts";
import {
  type Agreement,
  agreementOf,
  detectionColumns,
  type Detector,
  evaluateDetections,
  type GroundTruth,
  mapClasses,
  openDetector,
  restrictTruth,
} from "../evaluate/mod.ts";
import { cocoLabels } from "../model/coco.ts";
import type { Detection } from "../runtime/packet.ts";
import { drawCharts } from "./evaluate_charts.ts";
import { gather, type Material, materialNote, some } from "./evaluate_material.ts";
import { type Scored, showScores } from "./evaluate_scores.ts";
import { agreementTable, shortNames } from "./evaluate_tables.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import { CliError, ExitCode } from "./exit.ts";
import { Progress } from "./progress.ts";
import { catchSignals } from "./signals.ts";
import { print, printError } from "./terminal.ts";

/** A model, and what it found; undefined: the picture could not be decoded. */
interface Run {
  readonly name: string;
  readonly labels: readonly string[];
  readonly detections: readonly (readonly Detection[] | undefined)[];
  readonly imagesPerSecond: number;
}

/** `evaluate MODEL…`. */
export async function evaluateModels(
  models: readonly string[],
  options: EvaluateOptions,
): Promise<void> {
  const double = models.find((model, index) => models.indexOf(model) !== index);
  if (double !== undefined) throw new CliError(`${double} is named twice`);
  const material = await gather(options);
  const { truth } = material;
  const named = [...models, ...(options.against === undefined ? [] : [options.against])];
  const detectors = new Map<string, Detector>();
  // All of them before the first is run: a mistake must not cost the time of the others.
  for (const model of new Set(named)) {
    const detector = await openDetector({
      model,
      engine: [`precision=${options.precision}`, `batch=${options.batch}`, ...options.engine],
      size: options.size,
      labels: [cocoLabels, ...(truth ? [truth.categories.map(({ name }) => name)] : [])],
    });
    if (truth && models.includes(model)) {
      const { by, unused } = mapClasses(detector.labels, truth, model, options.classes);
      note(options, classNote(model, by, unused, truth));
    }
    detectors.set(model, detector);
  }
  checkSize(detectors, options.size);
  note(options, materialNote(material, options));
  const runs = await runAll(detectors, material.pictures, options);
  const undecoded = material.pictures.filter((_, i) => runs[0]!.detections[i] === undefined);
  if (undecoded.length === material.pictures.length) {
    throw new DataError(options.images!, "not one picture could be decoded");
  }
  await report(models, runs, material, undecoded, options);
}

/** What must be said of models that take any size, and is of use for no other. */
function checkSize(detectors: ReadonlyMap<string, Detector>, size: string | undefined): void {
  for (const [name, { anySize }] of detectors) {
    if (anySize && size === undefined) {
      throw new CliError(`${name} takes any input size: say which, --size 640 for example`);
    }
  }
  if (size === undefined || [...detectors.values()].some(({ anySize }) => anySize)) return;
  throw new CliError(`--size ${size} is of no use: the input of each model has a fixed size`);
}

async function runAll(
  detectors: ReadonlyMap<string, Detector>,
  pictures: readonly string[],
  options: EvaluateOptions,
): Promise<Run[]> {
  let progress: Progress | undefined;
  const signals = catchSignals(() =>
    progress?.message("stopping: what is under way is finished first; Ctrl-C again stops at once")
  );
  const runs: Run[] = [];
  const warned = new Set<string>();
  try {
    for (const [name, detector] of detectors) {
      const bar = progress = new Progress(
        !options.quiet && Deno.stderr.isTerminal(),
        name,
        pictures.length,
        "images",
      );
      const { detections, seconds } = await detector.detect(pictures, {
        signal: signals.signal,
        onProgress: (done) => bar.update(done),
        onWarning(message) {
          if (!options.quiet && !warned.has(message)) bar.message(`warning: ${message}`);
          warned.add(message);
        },
      }).finally(() => bar.stop());
      if (signals.signal.aborted) throw new CliError("stopped: no figures", ExitCode.interrupted);
      const done = detections.filter((one) => one !== undefined).length;
      runs.push({ name, labels: detector.labels, detections, imagesPerSecond: done / seconds });
    }
  } finally {
    signals.release();
  }
  return runs;
}

async function report(
  models: readonly string[],
  runs: readonly Run[],
  material: Material,
  undecoded: readonly string[],
  options: EvaluateOptions,
): Promise<void> {
  const decoded = (run: Run) => run.detections.filter((one) => one !== undefined);
  const scoredRuns = runs.filter(({ name }) => models.includes(name));
  const reference = runs.find(({ name }) => name === options.against);
  const agreements = new Map<string, Agreement>();
  for (const run of reference ? scoredRuns : []) {
    const theirs = sameNames(decoded(reference!), reference!.labels, run.labels);
    agreements.set(run.name, agreementOf(decoded(run), theirs, { score: options.score }));
  }
  const images = {
    evaluated: material.pictures.length - undecoded.length,
    withoutRecord: material.withoutRecord.length,
    withoutPicture: material.withoutPicture.length,
    undecodable: undecoded.length,
  };
  const against = options.against === undefined ? {} : { against: options.against };
  if (!material.truth) {
    return showAgreements(scoredRuns, agreements, options, { images, ...against });
  }
  const truth = restrictTruth(
    material.truth,
    (index) => runs[0]!.detections[index] !== undefined,
  );
  const scored = scoredRuns.map((run): Scored => {
    const { category } = mapClasses(run.labels, truth, run.name, options.classes);
    const detections = detectionColumns(
      decoded(run).flatMap((found, image) =>
        found.filter(({ classId }) => category[classId]! >= 0)
          .map(({ classId, score, box: [x1, y1, x2, y2] }) => ({
            image,
            category: category[classId]!,
            box: [x1, y1, x2 - x1, y2 - y1],
            score,
          }))
      ),
    );
    const { name, imagesPerSecond } = run;
    const evaluation = evaluateDetections(truth, detections);
    return { name, detections, evaluation, imagesPerSecond, agreement: agreements.get(name) };
  });
  await drawCharts(truth, scored, options);
  showScores(truth, scored, options, { images, precision: options.precision, ...against });
}

/** Detections by another model's class names, where the two have none in common but as many. */
function sameNames(
  detections: readonly (readonly Detection[])[],
  own: readonly string[],
  other: readonly string[],
): readonly (readonly Detection[])[] {
  if (own.length !== other.length || own.some((label) => other.includes(label))) return detections;
  return detections.map((found) => found.map((one) => ({ ...one, class: other[one.classId]! })));
}

function showAgreements(
  runs: readonly Run[],
  agreements: ReadonlyMap<string, Agreement>,
  options: EvaluateOptions,
  more: Readonly<Record<string, unknown>>,
): void {
  if (!options.json) {
    const names = shortNames(runs.map(({ name }) => name));
    return print(agreementTable(runs.map(({ name }, i) => [names[i]!, agreements.get(name)!])));
  }
  const objects = runs.map(({ name, imagesPerSecond }) => (
    { name, agreement: agreements.get(name)!, imagesPerSecond }
  ));
  const all = runs.length === 1
    ? objects[0]
    : { models: Object.fromEntries(objects.map((one) => [one.name, one])) };
  print(JSON.stringify({ ...all, precision: options.precision, ...more }) + "\n");
}

function note(options: EvaluateOptions, text: string): void {
  if (!options.quiet && text) printError(text);
}

function classNote(
  model: string,
  by: "name" | "order",
  unused: readonly string[],
  truth: GroundTruth,
): string {
  if (by === "order") return `${model}: its classes are the categories of ${truth.name} in order\n`;
  if (unused.length === 0) return "";
  return `${model}: ${unused.length} classes are not in ${truth.name} and don't count: ${
    some(unused)
  }\n`;
}
