/**
 * Our entropy scales against those that TensorRT 8.5.3 wrote into a calibration cache, tensor by
 * tensor, on the same images (the first 64 of train2017 by name). Two ways: with histograms as we
 * keep them, whose range is a power of two, and over TensorRT's own range, which begins with the
 * first batch's greatest value and doubles from there.
 *
 * usage: deno run -A test/reference/tensorrt_entropy.ts [most values of a tensor]
 */
import { inspectModel } from "../../src/model/mod.ts";
import { readModelFile } from "../../src/model/read.ts";
import { openNative } from "../../src/native/mod.ts";
import {
  absoluteBins,
  absoluteMax,
  calibrationImages,
  observeImages,
  rangeOf,
  type TensorHistogram,
} from "../../src/quantize/calibration/mod.ts";
import { entropyBins } from "../../src/quantize/calibration/entropy.ts";
import { output } from "../process.ts";
import { referencePython, repository, shared } from "../shared.ts";

/** One tensor; thresholds are what 127 stands for. */
export interface Comparison {
  readonly name: string;
  /** TensorRT's. */
  readonly expected: number;
  /** Ours, of 4096 signed bins over a power of two. */
  readonly ours: number;
  /** By our algorithm over TensorRT's range, in 2048 bins. */
  readonly sameRange: number;
  /** Greatest absolute value seen. */
  readonly greatest: number;
}

/** What is needed and not always there, by name; null where it is absent. */
export const needs = {
  "../shared/data/models/yolov8n_fp32_reconstructed.onnx": shared(
    "models/yolov8n_fp32_reconstructed.onnx",
  ),
  "../shared/data/tensorrt/yolov8n_b8_entropy2.cache": shared(
    "tensorrt/yolov8n_b8_entropy2.cache",
  ),
  "../shared/data/coco/images/train2017": shared("coco/images/train2017"),
  ".lineside/references": referencePython(),
};

/** Thresholds in a cache: its scales are of one step of 127. */
export function cacheThresholds(text: string): Map<string, number> {
  const view = new DataView(new ArrayBuffer(4));
  return new Map(
    text.trim().split("\n").slice(1).map((line) => {
      const at = line.lastIndexOf(": ");
      view.setUint32(0, parseInt(line.slice(at + 2), 16));
      return [line.slice(0, at), view.getFloat32(0) * 127];
    }),
  );
}

/** Compares all tensors of at most `most` values a picture that nodes make, and the input. */
export async function compareWithTensorrt(most = Infinity): Promise<Comparison[]> {
  const [original, cache, folder, python] = Object.values(needs) as string[];
  const expected = cacheThresholds(await Deno.readTextFile(cache!));
  const model = await Deno.makeTempFile({ suffix: ".onnx" });
  const native = openNative();
  try {
    const script = repository("test/reference/add_outputs.py");
    await output([python!, script, original!, model, ...Number.isFinite(most) ? [`${most}`] : []]);
    const contract = await inspectModel(original!);
    const outputs = readModelFile(model).outputs.map(({ name }) => name);
    const { files } = await calibrationImages(folder!);
    const observe = async (images: readonly string[]) => {
      const { sizes } = await observeImages({
        native,
        model,
        contract,
        outputs,
        tensors: [contract.input.name, ...outputs].filter((name) => expected.has(name)),
        bins: 65536,
        images,
        sizes: [{ width: 640, height: 640 }],
      });
      return sizes[0]!.histograms;
    };
    const first = await observe(files.slice(0, 8));
    const all = await observe(files.slice(0, 64));
    return [...all.values()].map((histogram) => ({
      name: histogram.name,
      expected: expected.get(histogram.name)!,
      ours: rangeOf(coarser(histogram, 4096), { name: "entropy" }, "symmetric").max,
      sameRange: overRange(histogram, absoluteMax(first.get(histogram.name)!)),
      greatest: absoluteMax(histogram),
    }));
  } finally {
    await native.close();
    await Deno.remove(model);
  }
}

/** The same counts in fewer bins. */
function coarser(histogram: TensorHistogram, bins: number): TensorHistogram {
  const by = histogram.bins.length / bins;
  const counts = new Float64Array(bins);
  histogram.bins.forEach((count, i) => counts[Math.floor(i / by)]! += count);
  return { ...histogram, bins: counts };
}

/** The threshold in 2048 bins over a range that doubles from `begin` until all is in it. */
function overRange(histogram: TensorHistogram, begin: number): number {
  let range = begin;
  while (range < absoluteMax(histogram)) range *= 2;
  const fine = absoluteBins(histogram);
  const step = 2 ** histogram.exponent / fine.length * 2048 / range;
  const bins = new Float64Array(2048);
  fine.forEach((count, i) => {
    // A bin that lies across an edge is shared out.
    const left = Math.min(2047, Math.floor(i * step));
    const right = Math.min(2047, Math.floor((i + 1) * step));
    const share = left === right ? 1 : (right - i * step) / step;
    bins[left]! += count * share;
    bins[right]! += count * (1 - share);
  });
  const kept = entropyBins(bins);
  return kept === undefined ? absoluteMax(histogram) : (kept + 0.5) * range / 2048;
}

/** How many of these ratios are how near to 1, and which they are at the quantiles. */
export function summary(ratios: readonly number[]) {
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const within = (share: number) =>
    ratios.filter((ratio) => Math.abs(Math.log(ratio)) <= Math.log(1 + share)).length /
    ratios.length;
  return {
    tensors: ratios.length,
    quantiles: [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map((share) => Number(at(share).toFixed(3))),
    within1: within(0.01),
    within3: within(0.03),
    within10: within(0.1),
  };
}

if (import.meta.main) {
  const compared = await compareWithTensorrt(Number(Deno.args[0] ?? Infinity));
  console.log("power of two", summary(compared.map(({ ours, expected }) => ours / expected)));
  console.log("same range", summary(compared.map((c) => c.sameRange / c.expected)));
  const percent = (ratio: number) => `${((ratio - 1) * 100).toFixed(1)} %`;
  for (const { name, expected, ours, sameRange, greatest } of compared) {
    if (Math.abs(ours / expected - 1) <= 0.1 && Math.abs(sameRange / expected - 1) <= 0.1) continue;
    console.log(
      `${name}: TensorRT ${expected.toFixed(4)} of ${greatest.toFixed(4)}, ours ${
        percent(ours / expected)
      }, over its range ${percent(sameRange / expected)}`,
    );
  }
}
