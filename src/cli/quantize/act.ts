import { basename, dirname, join } from "node:path";
import manifest from "../../../deno.json" with { type: "json" };
import {
  type Calibration,
  calibrationImages,
  checkBelongs,
  evenly,
  type ImageList,
  type Method,
  preprocessingOf,
  readCalibration,
  writeCalibration,
} from "../../quantize/calibration/mod.ts";
import { calibrate } from "../../quantize/calibrate.ts";
import { damageChart } from "../../quantize/sensitivity/chart.ts";
import { keptGroups } from "../../quantize/keep.ts";
import { openSubject, type Subject } from "../../quantize/subject.ts";
import {
  activeGroups,
  checkCovers,
  defaultMethods,
  targetPath,
  writeTarget,
  writeText,
} from "../../quantize/targets.ts";
import { correctBiases } from "../../quantize/transform/correct_biases.ts";
import { equalPairs } from "../../quantize/transform/equalise.ts";
import { CliError, ExitCode } from "../exit.ts";
import { Progress } from "../progress.ts";
import type { QuantizeOptions } from "../quantize.ts";
import { catchSignals } from "../signals.ts";
import { printError, styles } from "../terminal.ts";
import { checkMeasurable, measured, settled } from "./measure.ts";
import { type Made, showResult } from "./result.ts";

/** They are gone through once for each stage; their means vary little. */
const imagesForBiases = 24;

/** A calibration, and the file that it is in. */
interface Source {
  readonly calibration: Calibration;
  readonly path: string;
}

/** `quantize MODEL`. */
export async function quantizeModel(model: string, options: QuantizeOptions): Promise<void> {
  const written: string[] = [];
  let progress: Progress | undefined;
  const signals = catchSignals(() => {
    const text = "stopping: what is under way is finished first; Ctrl-C again stops at once";
    progress ? progress.message(text) : printError(text + "\n");
  });
  const { signal } = signals;
  try {
    const { subject, source } = options.from === undefined
      ? { subject: await opened(model, options), source: undefined }
      : await reused(model, options.from, options);
    const kept = usage(() =>
      keptGroups(subject.plan, {
        head: options.head === "float",
        patterns: options.keep,
      })
    );
    if (!source) checkMeasurable(options);
    const equalised = !source && equalises(subject, options);
    const images = source ? undefined : await calibrationImages(options.images!, options.most);
    const folder = await outputFolder(options.output ?? dirname(model));
    const stem = join(folder, basename(model).replace(/\.onnx$/i, ""));
    const context = { signal, begun: (bar: Progress) => progress = bar };
    let { calibration, path } = source ?? {
      calibration: await observed(
        subject,
        images!,
        { float: [...kept], equalised },
        options,
        context,
      ),
      path: `${stem}.calibration.json`,
    };
    const analysis = source
      ? null
      : await measured(subject, calibration, images!.files, kept, options, context);
    for (const id of analysis?.mixed.chosen.float ?? calibration.float ?? []) kept.add(id);
    signal.throwIfAborted();
    if (!source) {
      if (analysis) {
        calibration = settled(kept, analysis);
        const chart = `${stem}.sensitivity.svg`;
        writeText(chart, damageChart(subject.model.file, analysis.damages, kept));
        written.push(chart);
      }
      if (options.biasCorrection === "on") {
        // Last, because it is for these ranges and these float groups.
        const some = evenly(images!.files, imagesForBiases);
        calibration = await correctBiases(subject, calibration, kept, { images: some, signal });
      }
      await writeCalibration(path, calibration);
      written.push(path);
    }
    const made: Made[] = [];
    for (const target of options.targets) {
      // Lets a signal in: what comes now can't be interrupted.
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      const file = targetPath(stem, target);
      writeTarget(subject, calibration, target, kept, file);
      written.push(file);
      const { size } = await Deno.stat(file);
      made.push({ target, file, size, active: activeGroups(subject, target, kept) });
    }
    const result = { subject, calibration, path, kept, made, reused: !!source, analysis };
    await showResult(result, options);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    const files = written.length > 0 ? `these are whole: ${written.join(", ")}` : "nothing written";
    throw new CliError(`stopped: ${files}`, ExitCode.interrupted);
  } finally {
    signals.release();
  }
}

/** A model to calibrate. */
async function opened(model: string, { engine, sizes = [] }: QuantizeOptions): Promise<Subject> {
  const subject = await openSubject(model, engine, sizes).catch(rangeIsUsage);
  const { precision } = subject.engine;
  if (precision !== "auto" && precision !== "fp32") {
    throw new CliError(`--engine precision: ${precision} is of no use: calibration is in fp32`);
  }
  if (subject.sizes.length === 0) {
    throw new CliError(`${model} takes any input size: say which, --sizes 320,480,640 for example`);
  }
  return subject;
}

/** A model with the calibration that was made for it. */
async function reused(
  model: string,
  path: string,
  { engine, targets }: QuantizeOptions,
): Promise<{ subject: Subject; source: Source }> {
  const calibration = await readCalibration(path);
  let subject = await openSubject(model, engine, []);
  const size = subject.sizes[0] ?? null;
  const preprocessing = preprocessingOf(subject.contract);
  checkBelongs(calibration, { model: subject.model, preprocessing, size }, path);
  if (!size) subject = await openSubject(model, engine, calibration.sizes).catch(rangeIsUsage);
  for (const target of targets) checkCovers(subject, calibration, target, path);
  return { subject, source: { calibration, path } };
}

/** Whether channels are to be equalised: it is wished, and there are some. */
function equalises(
  { prepared, plan }: Subject,
  { equalise, targets, quiet }: QuantizeOptions,
): boolean {
  if (equalise === "off") return false;
  const pairs = equalPairs(prepared, plan);
  if (pairs.length === 0) {
    if (!quiet) {
      printError("nothing to equalise: no two convolutions with Relu or nothing between\n");
    }
    return false;
  }
  if (targets.includes("cache")) {
    throw new CliError(
      "--equalise on makes no TensorRT 8 cache, which is for the model as it is in its file: " +
        "say --targets openvino,tensorrt",
    );
  }
  if (!quiet) printError(`equalised: ${pairs.length} pairs of convolutions\n`);
  return true;
}

/** Runs the images, with a bar on the terminal. */
async function observed(
  subject: Subject,
  { files, found, warnings }: ImageList,
  { float, equalised }: { float: readonly string[]; equalised: boolean },
  options: QuantizeOptions,
  { signal, begun }: { signal: AbortSignal; begun: (bar: Progress) => void },
): Promise<Calibration> {
  const { yellow } = styles(Deno.stderr);
  const warn = (texts: readonly string[]) => {
    if (options.quiet) return;
    for (const text of texts) printError(`${yellow("warning:")} ${text}\n`);
  };
  if (!options.quiet) {
    printError(`${files.length} images${found > files.length ? `, evenly of ${found}` : ""}\n`);
  }
  warn(warnings);
  const total = files.length * subject.sizes.length;
  const shown = !options.quiet && Deno.stderr.isTerminal();
  const bar = new Progress(shown, subject.model.file, total, "images");
  begun(bar);
  const methods = methodsOf(options);
  const { calibration, warnings: more } = await calibrate(subject, {
    images: files,
    signal,
    progress: ({ done }) => bar.update(done),
    tool: `lineside ${manifest.version}`,
    method: methods.asymmetric,
    symmetricMethod: methods.symmetric,
    equalise: equalised,
    float,
    cache: options.targets.includes("cache"),
  }).finally(() => bar.stop());
  warn(more);
  return calibration;
}

/** What `auto` starts with is what symmetric ranges stay with. */
export function methodsOf({ method = "percentile", percentile }: QuantizeOptions) {
  if (method === "auto" || (method === "percentile" && percentile === undefined)) {
    return defaultMethods;
  }
  const same: Method = method === "percentile"
    ? { name: method, value: percentile! }
    : { name: method };
  return { asymmetric: same, symmetric: same };
}

/** Makes it if need be, and sees that it can be written to, before minutes are spent. */
export async function outputFolder(folder: string): Promise<string> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".lineside-" }));
    return folder;
  } catch (error) {
    throw new CliError(`can't write to ${folder}: ${(error as Error).message}`);
  }
}

/** What is out of range was said on the command line. */
export function usage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return rangeIsUsage(error);
  }
}

/** What is out of range here was said on the command line. */
function rangeIsUsage(error: unknown): never {
  if (error instanceof RangeError) throw new CliError(error.message);
  throw error;
}
