import assert from "node:assert/strict";
import { rangeOf, type TensorHistogram } from "../../../src/quantize/calibration/mod.ts";
import { readCounts } from "../../../src/quantize/calibration/counts_text.ts";
import { entropyBins } from "../../../src/quantize/calibration/entropy.ts";
import { onnxruntimeEntropyBins } from "../../../src/quantize/calibration/entropy_onnxruntime.ts";
import { absoluteBins, binWidth } from "../../../src/quantize/calibration/histogram.ts";
import { output } from "../../process.ts";
import { referencePython, repository, skipped } from "../../shared.ts";
import recorded from "./entropy.json" with { type: "json" };
import { histogramOfValues } from "./sketch.ts";

const cases = recorded.cases.map((found) => ({
  ...found,
  histogram: {
    ...found,
    bins: readCounts(found),
    meanAbsolute: 0,
    notFinite: 0,
  } as TensorHistogram,
}));

const within = (found: number, expected: number, name: string) =>
  assert.ok(Math.abs(found - expected) <= 1, `${name}: ${found} bins, expected ${expected}`);

for (const { name, histogram, nvidia, onnxruntime } of cases) {
  Deno.test(`entropy keeps as many bins as others do: ${name}`, () => {
    within(entropyBins(absoluteBins(histogram))!, nvidia, "pytorch-quantization");
    const { max } = rangeOf(histogram, { name: "entropy" }, "symmetric");
    within(max / binWidth(histogram), nvidia, "range");

    const [below, above] = onnxruntime as [number, number];
    within(-onnxruntimeEntropyBins(histogram.bins)!, below, "onnxruntime");
    const range = rangeOf(histogram, { name: "entropy-onnxruntime" }, "asymmetric");
    within(range.min / binWidth(histogram), Math.max(below, floorBin(histogram)), "low");
    within(range.max / binWidth(histogram), Math.min(above, ceilBin(histogram)), "high");
  });
}

// What was seen ends within a bin.
const floorBin = (h: TensorHistogram) => Math.floor(Math.min(0, h.min) / binWidth(h));
const ceilBin = (h: TensorHistogram) => Math.ceil(Math.max(0, h.max) / binWidth(h));

Deno.test("too few bins to choose from keep all", () => {
  assert.equal(entropyBins(new Float64Array(2048).fill(1, 0, 128)), undefined);
  assert.equal(entropyBins(new Float64Array(0)), undefined);
  assert.equal(entropyBins(new Float64Array(2048)), undefined);
  assert.equal(onnxruntimeEntropyBins(new Float64Array(64).fill(1)), undefined);
  const coarse = histogramOfValues([1, 2, 3], 64);
  for (const name of ["entropy", "entropy-onnxruntime"] as const) {
    assert.deepEqual(rangeOf(coarse, { name }, "asymmetric"), { min: 0, max: 3 });
  }
});

/** The reference Python, if it has ONNX Runtime. */
function pythonWithOnnxruntime(): string | null {
  try {
    const folder = repository(".lineside/references/lib");
    const [version] = [...Deno.readDirSync(folder)];
    Deno.statSync(`${folder}/${version!.name}/site-packages/onnxruntime`);
    return referencePython();
  } catch {
    return null;
  }
}

const python = pythonWithOnnxruntime();
// It takes seconds for each.
const few = cases.slice(-2);
const live = "ONNX Runtime finds the same when asked now";

Deno.test({
  name: live,
  ignore: skipped(live, { "onnxruntime in .lineside/references": python }),
  async fn() {
    const file = await Deno.makeTempFile();
    try {
      const asked = few.map(({ histogram: { exponent, bins } }) => ({
        exponent,
        bins: [...bins],
      }));
      await Deno.writeTextFile(file, JSON.stringify(asked));
      const script = repository("test/reference/entropy_onnxruntime.py");
      const answer = JSON.parse(await output([python!, script, file])) as [number, number][];
      answer.forEach(([below], i) =>
        within(-onnxruntimeEntropyBins(few[i]!.histogram.bins)!, below, few[i]!.name)
      );
    } finally {
      await Deno.remove(file);
    }
  },
});
