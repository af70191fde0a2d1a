import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import {
  calibrated,
  type Calibration,
  CalibrationError,
  checkBelongs,
  parseMethod,
  readCalibration,
  writeCalibration,
} from "../../../src/quantize/calibration/mod.ts";
import { readCounts, writeCounts } from "../../../src/quantize/calibration/counts_text.ts";
import { histogramOfValues, plainPreprocessing as preprocessing, tensorValues } from "./sketch.ts";

const hash = (digit: string) => digit.repeat(64);

function sample(): Calibration {
  const channels = [{ min: -2, max: 3, mean: 0.1 }];
  const one = [histogramOfValues([-1, 0.5, 3], 4096, "a"), histogramOfValues([7], 4096, "a")];
  const two = histogramOfValues([-2, 0, 0, NaN, 3], 64, "b");
  return {
    tool: "lineside 0.1.0",
    model: { file: "m.onnx", sha256: hash("a") },
    images: { count: 2, skipped: 1, sha256: hash("b") },
    sizes: [{ width: 320, height: 320 }, { width: 640, height: 384 }],
    preprocessing,
    method: "auto",
    tensors: [
      calibrated(one, parseMethod("percentile:99.9")),
      calibrated([{ ...two, channels }, { ...two, channels }], parseMethod("mse")),
    ],
    biases: { "group of a": [0.5, -0.25] },
    float: ["group of b"],
    floatTensorrt: [],
    golden: [{
      file: "shot.png",
      image: "iVBORw0KGgo=",
      answers: [[{ class: 3, score: 0.5, box: [1, 2, 3.25, 4] }], []],
    }],
  };
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("what is written is read again", () =>
  inFolder(async (folder) => {
    const path = join(folder, "m.calibration.json");
    const calibration = sample();
    await writeCalibration(path, calibration);
    assert.deepEqual(await readCalibration(path), calibration);
    // Nothing else is left there, and a second one replaces it.
    await writeCalibration(path, { ...calibration, tool: "another" });
    assert.equal((await readCalibration(path)).tool, "another");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["m.calibration.json"]);
    assert.match(await Deno.readTextFile(path), /^ {4}\{"name":"a","method":"percentile:99.9",/m);
  }));

Deno.test("any counts survive being written", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.nat(300), fc.maxSafeNat()), {
        minLength: 64,
        maxLength: 64,
      }),
      (counts) => {
        const bins = Float64Array.from(counts);
        assert.deepEqual(readCounts(writeCounts(bins)), bins);
      },
    ),
  ));

Deno.test("a histogram of a real tensor takes a few kilobytes", () =>
  fc.assert(
    fc.property(tensorValues, (values) => {
      const { bins } = histogramOfValues(values);
      assert.ok(JSON.stringify(writeCounts(bins)).length < 4096);
    }),
    { numRuns: 20 },
  ));

// deno-lint-ignore no-explicit-any
type Spoil = (file: Record<string, any>) => void;

const spoiled: readonly (readonly [string, Spoil, RegExp])[] = [
  ["another version", (file) => file.version = 2, /has version 2: this program reads version 1/],
  ["no version", (file) => delete file.version, /is no calibration: it has no version/],
  [
    "a range of zero",
    (file) => file.tensors[0].symmetric = { min: 0, max: 0 },
    /the tensor a: symmetric: is empty: its scale would be 0/,
  ],
  [
    "a range that is NaN",
    (file) => file.tensors[1].asymmetric.max = NaN,
    /the tensor b: asymmetric\.max: .*expected number/,
  ],
  [
    "a range without zero",
    (file) => file.tensors[1].asymmetric.min = 1,
    /the tensor b: asymmetric\.min/,
  ],
  ["a lopsided range", (file) => file.tensors[0].symmetric.min *= 2, /is not symmetric/],
  ["an unknown method", (file) => file.tensors[0].method = "kl", /the tensor a: method: .*`kl`/],
  ["a hash cut short", (file) => file.model.sha256 = "abc", /model\.sha256: .*64 hexadecimal/],
  ["a strange key", (file) => file.extra = 1, /extra/],
  [
    "a count changed",
    (file) => file.tensors[0].histograms[0].count = 4,
    /histogram of the tensor a is damaged: its counts add up to 3, not to 4/,
  ],
  [
    "counts of noise",
    (file) => file.tensors[0].histograms[0].counts = "/////w==",
    /histogram of the tensor a is damaged: its counts can't be unpacked/,
  ],
  ["counts of others", (file) => {
    const [a] = file.tensors[0].histograms;
    a.counts = writeCounts(new Float64Array(4096).fill(1)).counts;
  }, /more counts than its 4096 bins/],
  ["a size without histograms", (file) => file.sizes.pop(), /2 histograms for 1 sizes/],
  ["a tensor twice", (file) => file.tensors.push(file.tensors[0]), /has the tensor a twice/],
  ["no tensors", (file) => file.tensors = [], /tensors/],
  [
    "bins that are no power of two",
    (file) => file.tensors[1].histograms[0].bins = 65,
    /the tensor b: histograms\[0\]\.bins: is no power of two/,
  ],
];

for (const [what, spoil, expected] of spoiled) {
  Deno.test(`a damaged calibration is refused: ${what}`, () =>
    inFolder(async (folder) => {
      const path = join(folder, "m.calibration.json");
      await writeCalibration(path, sample());
      const file = JSON.parse(await Deno.readTextFile(path));
      spoil(file);
      await Deno.writeTextFile(path, JSON.stringify(file));
      await assert.rejects(readCalibration(path), (error) => {
        assert.ok(error instanceof CalibrationError);
        assert.ok(error.message.startsWith(`${path}: `));
        assert.match(error.message, expected);
        return true;
      });
    }));
}

Deno.test("what is no calibration is refused, and scales of zero are not written", () =>
  inFolder(async (folder) => {
    const path = join(folder, "m.json");
    await assert.rejects(readCalibration(path), /there is no such file/);
    await Deno.writeTextFile(path, "{");
    await assert.rejects(readCalibration(path), /is no calibration: /);
    await Deno.writeTextFile(path, "null");
    await assert.rejects(readCalibration(path), /is no calibration: it has no version/);
    await Deno.remove(path);
    const calibration = sample();
    const tensors = [{ ...calibration.tensors[0]!, asymmetric: { min: 0, max: NaN } }];
    await assert.rejects(writeCalibration(path, { ...calibration, tensors }), CalibrationError);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    // Nor is anything left of a file that could not be put in its place.
    await Deno.mkdir(path);
    await assert.rejects(writeCalibration(path, calibration));
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["m.json"]);
  }));

Deno.test("a calibration is used for nothing but what it was made for", () => {
  const calibration = sample();
  const use = { model: calibration.model, preprocessing, size: { width: 640, height: 384 } };
  checkBelongs(calibration, use, "c.json");
  checkBelongs(calibration, { ...use, size: null }, "c.json");
  const refused = (more: Partial<typeof use>, expected: RegExp) =>
    assert.throws(() => checkBelongs(calibration, { ...use, ...more }, "c.json"), expected);
  refused(
    { model: { file: "n.onnx", sha256: hash("c") } },
    /c\.json: was made for another model: m\.onnx with the hash aaaaaaaaaaaa…, but n\.onnx has c{12}…/,
  );
  refused(
    { preprocessing: { ...preprocessing, order: "BGR" } },
    /other preprocessing: order was "RGB", and now is "BGR"/,
  );
  refused({ preprocessing: { ...preprocessing, scale: 1 } }, /scale was 0\.0039\d+, and now is 1/);
  refused({ size: { width: 640, height: 640 } }, /at the size 320x320, 640x384, and .* 640x640/);
});
