import {
  detectionColumns,
  type Detections,
  type Detector,
  mapClasses,
  openDetector,
} from "../../evaluate/mod.ts";
import { cocoLabels } from "../../model/coco.ts";
import type { Detection } from "../../runtime/packet.ts";
import { some } from "./material.ts";
import type { Selection } from "./only.ts";
import type { EvaluateOptions } from "./options.ts";
import { CliError, ExitCode } from "../exit.ts";
import { Progress } from "../progress.ts";
import { catchSignals } from "../signals.ts";
import { printError } from "../terminal.ts";

/** A model that is ready to be run. */
export interface Candidate {
  /** As on the command line. */
  readonly name: string;
  /** Whether it is to be evaluated, and whether others are compared with it. */
  readonly role: { readonly asked: boolean; readonly reference: boolean };
  readonly detector: Detector;
  /** By class id, index into the truth's categories, −1 for none; undefined if it is not scored. */
  readonly category: Int32Array | undefined;
}

/** What a model found in the pictures that could be decoded, in their order. */
export interface Run extends Pick<Candidate, "role"> {
  readonly name: string;
  readonly labels: readonly string[];
  /** By picture, whether it could be decoded. */
  readonly decoded: readonly boolean[];
  /** All of it; undefined if it is not scored. */
  readonly found: Detections | undefined;
  /** What scores enough for `--against`. */
  readonly strong: readonly (readonly Detection[])[];
  readonly imagesPerSecond: number;
}

/**
 * Reads all models before the first is run: a mistake must not cost the time of the others.
 *
 * @param against Is compared with alone, unless it is one of `models`. Where these are made INT8 with a
 * calibration, it is run as it is in its file.
 */
export async function openCandidates(
  models: readonly string[],
  against: string | undefined,
  selection: Selection | undefined,
  options: EvaluateOptions,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const all = selection?.all;
  for (const { name, role } of rolesOf(models, against, options.engine)) {
    const own = role.asked ? options.engine : options.engine.filter((one) => !forInt8(one));
    const detector = await openDetector({
      model: name,
      engine: [`precision=${options.precision}`, `batch=${options.batch}`, ...own],
      size: options.size,
      labels: [cocoLabels, ...(all ? [all.categories.map(({ name }) => name)] : [])],
    });
    const map = selection && role.asked
      ? mapClasses(detector.labels, selection.all, name, options.classes, selected(selection))
      : undefined;
    if (!options.quiet && map?.by === "order") {
      printError(`${name}: its classes are the categories of ${all!.name} in order\n`);
    } else if (!options.quiet && map && map.unused.length > 0) {
      const count = map.unused.length;
      printError(
        `${name}: ${count} ${count === 1 ? "class is" : "classes are"} not in ${all!.name} and ` +
          `${count === 1 ? "does" : "do"} not count: ${some(map.unused)}\n`,
      );
    }
    const category = map?.category.map((index) => index < 0 ? -1 : selection!.index[index]!);
    candidates.push({ name, role, detector, category });
  }
  checkSize(candidates, options.size);
  return candidates;
}

/** Each model once, but twice where it is INT8 by a calibration and compared with itself. */
function rolesOf(
  models: readonly string[],
  against: string | undefined,
  engine: readonly string[],
): Pick<Candidate, "name" | "role">[] {
  const calibrated = engine.some((option) => option.startsWith("calibration="));
  const both = !calibrated && against !== undefined && models.includes(against);
  const list: Pick<Candidate, "name" | "role">[] = [...new Set(models)].map((name) => (
    { name, role: { asked: true, reference: both && name === against } }
  ));
  if (against === undefined || both) return list;
  return [...list, { name: against, role: { asked: false, reference: true } }];
}

const forInt8 = (option: string) => /^(calibration=|precision=int8$)/.test(option);

function selected({ index }: Selection): (category: number) => boolean {
  return (category) => index[category]! >= 0;
}

/** What must be said of models that take any size, and is of use for no other. */
function checkSize(candidates: readonly Candidate[], size: string | undefined): void {
  const free = candidates.filter(({ detector }) => detector.anySize);
  if (free.length > 0 && size === undefined) {
    throw new CliError(`${free[0]!.name} takes any input size: say which, --size 640 for example`);
  }
  if (free.length === 0 && size !== undefined) {
    throw new CliError(`--size ${size} is of no use: the input of each model has a fixed size`);
  }
}

/**
 * Runs the models, one after the other, with a bar on the terminal.
 *
 * @throws {CliError} with exit code 130 if Ctrl-C ended it.
 */
export async function runCandidates(
  candidates: readonly Candidate[],
  pictures: readonly string[],
  options: EvaluateOptions,
): Promise<Run[]> {
  let progress: Progress | undefined;
  const signals = catchSignals(() =>
    progress?.message("stopping: what is under way is finished first; Ctrl-C again stops at once")
  );
  const shown = !options.quiet && Deno.stderr.isTerminal();
  const runs: Run[] = [];
  const warned = new Set<string>();
  try {
    for (const candidate of candidates) {
      const bar = progress = new Progress(shown, candidate.name, pictures.length, "images");
      const { detections, seconds } = await candidate.detector.detect(pictures, {
        signal: signals.signal,
        onProgress: (done) => bar.update(done),
        onWarning(message) {
          if (!options.quiet && !warned.has(message)) bar.message(`warning: ${message}`);
          warned.add(message);
        },
      }).finally(() => bar.stop());
      if (signals.signal.aborted) throw new CliError("stopped: no figures", ExitCode.interrupted);
      runs.push(runOf(candidate, detections, seconds, options.score));
    }
  } finally {
    signals.release();
  }
  return runs;
}

/** Keeps columns instead of objects: of thousands of pictures there are a million detections. */
function runOf(
  { name, role, detector, category }: Candidate,
  detections: readonly (readonly Detection[] | undefined)[],
  seconds: number,
  score: number,
): Run {
  const decoded = detections.filter((one) => one !== undefined);
  const rows = category &&
    decoded.flatMap((found, image) =>
      found.filter(({ classId }) => category[classId]! >= 0)
        .map(({ classId, score, box: [x1, y1, x2, y2] }) => (
          { image, category: category[classId]!, box: [x1, y1, x2 - x1, y2 - y1], score }
        ))
    );
  return {
    name,
    role,
    labels: detector.labels,
    decoded: detections.map((one) => one !== undefined),
    found: rows && detectionColumns(rows),
    strong: decoded.map((found) => found.filter((one) => one.score >= score)),
    imagesPerSecond: decoded.length / seconds,
  };
}
