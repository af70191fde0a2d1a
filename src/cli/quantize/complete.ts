import { basename, dirname, join } from "node:path";
import { engineOf } from "../../evaluate/detector.ts";
import { writeModel } from "../../onnx/mod.ts";
import { calibrationImages } from "../../quantize/calibration/mod.ts";
import { complete, type Incomplete, openIncomplete } from "../../quantize/complete/complete.ts";
import { CliError, ExitCode } from "../exit.ts";
import { some } from "../figures.ts";
import { Progress } from "../progress.ts";
import type { QuantizeOptions } from "./options.ts";
import { catchSignals } from "../signals.ts";
import { print } from "../terminal.ts";
import { methodsOf } from "./observe.ts";
import { outputFolder, rangeIsUsage, warn } from "./usage.ts";

/** `quantize MODEL --complete`: adds Q/DQ where a model with Q/DQ lacks them. */
export async function completeModel(model: string, options: QuantizeOptions): Promise<void> {
  let progress: Progress | undefined;
  const signals = catchSignals(() =>
    progress?.message("stopping: what is under way is finished first; Ctrl-C again stops at once")
  );
  try {
    const incomplete = await opened(model, options);
    const { lacking, tensors, covered, sizes } = incomplete;
    if (lacking.length === 0) return show(incomplete, options);
    const folder = await outputFolder(options.output ?? dirname(model));
    const { files, warnings } = await calibrationImages(options.images!, options.most);
    const total = tensors.length === 0 ? 0 : files.length * sizes.length;
    warn(total > 0 ? warnings : [], options);
    const shown = !options.quiet && Deno.stderr.isTerminal() && total > 0;
    const bar = progress = new Progress(shown, basename(model), total, "images");
    const done = await complete(incomplete, {
      images: files,
      method: methodsOf(options)[incomplete.form.symmetric ? "symmetric" : "asymmetric"],
      signal: signals.signal,
      progress: ({ done }) => bar.update(done),
    }).finally(() => bar.stop());
    warn(done.warnings, options);
    const file = join(folder, `${basename(model).replace(/\.onnx$/i, "")}.completed.onnx`);
    writeModel(done.model, file);
    const { activations, reused, weights, groups } = done;
    show(incomplete, options, { file, groups, activations, reused, weights, covered });
  } catch (error) {
    if (!signals.signal.aborted || error !== signals.signal.reason) throw error;
    throw new CliError("stopped: nothing written", ExitCode.interrupted);
  } finally {
    signals.release();
  }
}

async function opened(model: string, options: QuantizeOptions): Promise<Incomplete> {
  const { engine, sizes = [], head, keep } = options;
  try {
    const incomplete = await openIncomplete(engineOf(model, engine), sizes, {
      head: head === "float",
      patterns: keep,
    });
    if (incomplete.sizes.length === 0) {
      throw new CliError(`${model} takes any input size: say which, --sizes 640 for example`);
    }
    return incomplete;
  } catch (error) {
    return rangeIsUsage(error);
  }
}

/** What was added. */
interface Completed {
  readonly file: string;
  readonly groups: readonly string[];
  readonly activations: readonly string[];
  readonly reused: readonly string[];
  readonly weights: readonly string[];
}

function show(
  { covered, form, lacking }: Incomplete,
  options: QuantizeOptions,
  added?: Completed & { readonly covered: readonly string[] },
): void {
  if (options.json) {
    const { file = null, groups = [], activations = [], reused = [], weights = [] } = added ?? {};
    const all = { form, covered, completed: groups, file, activations, reused, weights };
    return print(JSON.stringify(all) + "\n");
  }
  const kind = `${form.type}${form.symmetric ? ", symmetric" : ""}`;
  const there =
    `${covered.length} convolutions and products have Q/DQ (${kind}), and they are sound`;
  if (!added) return print(`${there}; nothing is lacking, and nothing was written\n`);
  print(
    `${there}\n${lacking.length} lacked them: ${some(added.groups)}\n` +
      `added to ${added.activations.length} activations and ${added.weights.length} weights; ` +
      `${added.reused.length} activations are read where they were quantised already\n` +
      `${added.file}\n`,
  );
}
