import manifest from "../../../deno.json" with { type: "json" };
import type { Calibration, ImageList, Method } from "../../quantize/calibration/mod.ts";
import { calibrate } from "../../quantize/calibrate.ts";
import type { Subject } from "../../quantize/subject.ts";
import { defaultMethods } from "../../quantize/targets.ts";
import { equalPairs } from "../../quantize/transform/equalise.ts";
import { CliError } from "../exit.ts";
import { Progress } from "../progress.ts";
import type { QuantizeOptions } from "./options.ts";
import { printError } from "../terminal.ts";
import type { MeasureContext } from "./measure.ts";
import { warn } from "./usage.ts";

/** Whether channels are to be equalised: it is wished, and there are some. */
export function equalises(
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
export async function observed(
  subject: Subject,
  { files, found, warnings }: ImageList,
  { float, equalised }: { float: readonly string[]; equalised: boolean },
  options: QuantizeOptions,
  { signal, begun }: MeasureContext,
): Promise<Calibration> {
  if (!options.quiet) {
    printError(`${files.length} images${found > files.length ? `, evenly of ${found}` : ""}\n`);
  }
  warn(warnings, options);
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
  warn(more, options);
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
