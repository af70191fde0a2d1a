import { confusionChart } from "../../evaluate/chart/confusion_chart.ts";
import { curveChart } from "../../evaluate/chart/curve_chart.ts";
import { confusionOf, type GroundTruth } from "../../evaluate/mod.ts";
import type { Scored } from "./scored.ts";
import { shortNames } from "./tables.ts";
import { CliError, ExitCode } from "../exit.ts";

/** Draws what `--confusion` and `--curves` ask for. */
export async function drawCharts(
  truth: GroundTruth,
  scored: readonly Scored[],
  options: { readonly confusion?: string; readonly curves?: string; readonly score: number },
): Promise<void> {
  const names = shortNames(scored.map(({ name }) => name));
  if (options.curves !== undefined) {
    const evaluations = new Map(scored.map(({ evaluation }, i) => [names[i]!, evaluation]));
    await writeDrawing(options.curves, curveChart(evaluations));
  }
  if (options.confusion === undefined) return;
  for (const [index, { detections }] of scored.entries()) {
    const name = names[index]!;
    const file = scored.length === 1 ? options.confusion : fileFor(options.confusion, name);
    const confusion = confusionOf(truth, detections, { score: options.score });
    await writeDrawing(file, confusionChart(confusion, name, `scores from ${options.score} on`));
  }
}

/** With the model's name in it: `confusion.svg` becomes `confusion.yolov8n.svg`. */
function fileFor(file: string, name: string): string {
  const parts = name.replace(/\.[^./\\]*$/, "").split(/[/\\]/);
  const stem = parts.filter((part) => !/^\.*$/.test(part)).join("-");
  return file.replace(/(\.[^./\\]*)?$/, `.${stem}$1`);
}

async function writeDrawing(file: string, svg: string): Promise<void> {
  try {
    if (/\.png$/i.test(file)) {
      const { default: sharp } = await import("sharp");
      await sharp(new TextEncoder().encode(svg), { density: 144 }).png().toFile(file);
    } else await Deno.writeTextFile(file, svg);
  } catch (error) {
    throw new CliError(`can't write ${file}: ${(error as Error).message}`, ExitCode.failed);
  }
}
