import { basename, dirname, join } from "node:path";
import {
  calibrationImages,
  evenly,
  type ImageList,
  writeCalibration,
} from "../../quantize/calibration/mod.ts";
import type { Analysis } from "../../quantize/sensitivity/analyse.ts";
import { damageChart } from "../../quantize/sensitivity/chart.ts";
import { keptGroups } from "../../quantize/keep.ts";
import type { Subject } from "../../quantize/subject.ts";
import {
  activeGroups,
  floatGroups,
  type Target,
  targetPath,
  writeTarget,
} from "../../quantize/targets.ts";
import { correctBiases } from "../../quantize/transform/correct_biases.ts";
import { writeWhole } from "../../whole_file.ts";
import { CliError, ExitCode } from "../exit.ts";
import type { Progress } from "../progress.ts";
import type { QuantizeOptions } from "./options.ts";
import { catchSignals } from "../signals.ts";
import { printError } from "../terminal.ts";
import { checkMeasurable, type MeasureContext, measured, settled } from "./measure.ts";
import { equalises, observed } from "./observe.ts";
import { type Made, showResult } from "./result.ts";
import { opened, reused, type Source, withWeights } from "./source.ts";
import { outputFolder, usage } from "./usage.ts";

/** They are gone through once for each stage; their means vary little. */
const imagesForBiases = 24;

/** What a calibration is made of and where it goes. */
interface Job {
  readonly subject: Subject;
  /** Ids of groups that are to stay float, whatever is found to be better so. */
  readonly kept: ReadonlySet<string>;
  /** Path of what is written, without an ending. */
  readonly stem: string;
  readonly images: ImageList;
  /** Files that are whole; what is written is added. */
  readonly written: string[];
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
    const images = source ? undefined : await calibrationImages(options.images!, options.most);
    const folder = await outputFolder(options.output ?? dirname(model));
    const stem = join(folder, basename(model).replace(/\.onnx$/i, ""));
    const context = { signal, begun: (bar: Progress) => progress = bar };
    const { calibration, path, analysis } = source
      ? { ...source, analysis: null }
      : await calibrated({ subject, kept, stem, images: images!, written }, options, context);
    const float = (target: Target) => new Set([...kept, ...floatGroups(calibration, target)]);
    signal.throwIfAborted();
    const made: Made[] = [];
    for (const target of options.targets) {
      // Lets a signal in: what comes now can't be interrupted.
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      const file = targetPath(stem, target);
      writeTarget(subject, calibration, target, float(target), file);
      written.push(file);
      const { size } = await Deno.stat(file);
      made.push({ target, file, size, active: activeGroups(subject, target, float(target)) });
    }
    const result = { subject, calibration, path, float, made, reused: !!source, analysis };
    await showResult(result, options);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    const files = written.length > 0 ? `these are whole: ${written.join(", ")}` : "nothing written";
    throw new CliError(`stopped: ${files}`, ExitCode.interrupted);
  } finally {
    signals.release();
  }
}

/** Calibrates, measures, corrects, and writes the calibration with what was found. */
async function calibrated(
  { subject, kept, stem, images, written }: Job,
  options: QuantizeOptions,
  context: MeasureContext,
): Promise<Source & { readonly analysis: Analysis | null }> {
  const { signal } = context;
  const equalised = equalises(subject, options);
  let calibration = withWeights(
    await observed(subject, images, { float: [...kept], equalised }, options, context),
    subject,
    options,
  );
  const analysis = await measured(subject, calibration, images.files, kept, options, context);
  signal.throwIfAborted();
  if (analysis) {
    calibration = settled(kept, analysis);
    const chart = `${stem}.sensitivity.svg`;
    const float = floatGroups(calibration, "openvino");
    writeWhole(chart, damageChart(subject.model.file, analysis.damages, float));
    written.push(chart);
  }
  if (options.biasCorrection === "on") {
    // Last, because it is for these ranges and these float groups.
    const some = evenly(images.files, imagesForBiases);
    const float = floatGroups(calibration, "openvino");
    calibration = await correctBiases(subject, calibration, float, { images: some, signal });
  }
  const path = `${stem}.calibration.json`;
  await writeCalibration(path, calibration);
  written.push(path);
  return { calibration, path, analysis };
}
