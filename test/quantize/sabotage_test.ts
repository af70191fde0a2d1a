import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { readModel, writeModel } from "../../src/onnx/mod.ts";
import { readCalibration } from "../../src/quantize/calibration/mod.ts";
import { lineside, type Result, withFolder } from "../cli/lineside.ts";
import { clipFrames, noBackend, parts } from "../runtime/int8/material.ts";
import { detector, type DetectorSketch } from "./detector.ts";

const ignore = await noBackend("quantize, sabotaged");
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** Quantises for OpenVINO, or for more. */
function quantize(
  model: string,
  images: string,
  output: string,
  more: readonly string[] = [],
): Promise<Result> {
  return lineside([
    ...["quantize", model, "--images", images, "--output", output, "--targets", "openvino"],
    ...["--max-drop", "none", "--method", "percentile", "--engine", "threads=1", ...more],
  ]);
}

/** Pictures of 64 x 64 with blots, or with what `pixel` gives, as PNG. */
async function drawn(
  folder: string,
  count: number,
  pixel = (i: number, x: number, y: number) => (i * 53 + x * (y % 7) * 3 + y * 2) % 256,
): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const data = Buffer.from(
      Array.from(
        { length: 64 * 64 * 3 },
        (_, at) => pixel(i, Math.floor(at / 3) % 64, Math.floor(at / 192)),
      ),
    );
    await sharp(data, { raw: { width: 64, height: 64, channels: 3 } }).png()
      .toFile(`${folder}/${i}.png`);
  }
  return folder;
}

const test = (name: string, body: (folder: string, t: Deno.TestContext) => Promise<void>) =>
  Deno.test({ name: `quantize: ${name}`, ignore, fn: (t) => withFolder((f) => body(f, t)) });

/** Writes a small detector. */
function write(path: string, sketch: DetectorSketch = {}): string {
  writeModel(detector(sketch), path);
  return path;
}

test("pictures that can't teach are refused or told of", async (folder, t) => {
  const model = write(`${folder}/m.onnx`);
  const cases: readonly [string, string, number, RegExp, string[]][] = [
    [
      "values from 0 to 1 where 0 to 255 is meant",
      await drawn(`${folder}/unit`, 3, (i, x, y) => (i + x + y) % 2),
      2,
      /^error: all 3 images are black.*; no pixel of theirs is above 1 of 255: were they written with values from 0 to 1\?$/m,
      [],
    ],
    [
      "one black image",
      await drawn(`${folder}/black`, 1, () => 0),
      2,
      /^error: the only image is black, nothing in it is above 16 of 255/m,
      [],
    ],
    [
      "images that hardly use the range",
      await drawn(`${folder}/dim`, 3, (i, x, y) => (i + x + y) % 60),
      0,
      /^warning: DIM IMAGES: no pixel of all 3 is above 64 of 255: were they written in another range/m,
      ["m.calibration.json", "m.int8.openvino.onnx"],
    ],
    [
      "one image",
      await drawn(`${folder}/one`, 1),
      0,
      /^warning: ONE IMAGE ONLY: ranges that fit it will cut what others hold/m,
      ["m.calibration.json", "m.int8.openvino.onnx"],
    ],
  ];
  for (const [name, images, expected, message, files] of cases) {
    await t.step(name, async () => {
      const { code, stderr } = await quantize(model, images, `${images}.out`);
      assert.match(stderr, message);
      assert.equal(code, expected);
      assert.deepEqual(names(`${images}.out`), files);
    });
  }
});

test("a broken JPEG among good ones is named, skipped and counted", async (folder) => {
  const model = write(`${folder}/m.onnx`);
  const images = await drawn(`${folder}/images`, 3);
  const whole = await sharp(`${images}/0.png`).resize(400, 400).jpeg().toBuffer();
  await Deno.writeFile(`${images}/9.jpg`, whole.subarray(0, whole.length / 2));
  const { code, stdout, stderr } = await quantize(model, images, folder, ["--json"]);
  assert.match(stderr, /^warning: 1 images skipped: .*\/9\.jpg: \S+/m);
  assert.equal(code, 0);
  const { images: told } = JSON.parse(stdout);
  assert.deepEqual([told.count, told.skipped], [3, 1]);
  const { images: kept, golden } = await readCalibration(`${folder}/m.calibration.json`);
  assert.deepEqual([kept.count, kept.skipped, golden!.length], [3, 1, 3]);
});

test("pixels in the wrong range show in what the float model finds", async (folder) => {
  await clipFrames(`${folder}/frames`, 4);
  const call = (more: readonly string[]) =>
    quantize(parts, `${folder}/frames`, folder, more.flatMap((option) => ["--engine", option]));
  const right = await call([]);
  assert.equal(right.code, 0, right.stderr);
  assert.doesNotMatch(right.stderr, /THE FLOAT MODEL/);
  const cases: readonly [string, RegExp][] = [
    // 0 to 255 where 0 to 1 is wanted, and values of 0 to 1 that are divided once more.
    ["range=0-255", /^warning: THE FLOAT MODEL IS SURE OF EVERYTHING: \d+ of \d+ scores are 1\. /m],
    ["scale=0.0000153787", /^warning: THE FLOAT MODEL FINDS NOTHING in the images: .*range=0-255/m],
  ];
  for (const [option, message] of cases) {
    const { code, stderr } = await call([option]);
    assert.match(stderr, message);
    assert.equal(code, 0);
  }
});

test("an operator that is not known stays float, and is listed", async (folder) => {
  const model = write(`${folder}/m.onnx`, { wave: "Softsign" });
  const images = await drawn(`${folder}/images`, 3);
  const { code, stdout, stderr } = await quantize(model, images, folder);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^float besides: .*1 Softsign/m);
  const nodes = readModel(`${folder}/m.int8.openvino.onnx`).graph.node;
  const wave = nodes.find(({ opType }) => opType === "Softsign")!;
  assert.deepEqual(wave.input, ["stem"]);
});

for (const opset of [9, 22]) {
  test(`a model of opset ${opset}`, async (folder) => {
    const model = write(`${folder}/m.onnx`, { opset });
    const images = await drawn(`${folder}/images`, 3);
    const { code, stdout, stderr } = await quantize(model, images, folder, [
      ...["--json", "--targets", "openvino,tensorrt,cache"],
    ]);
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).files[0].int8, 7, stdout);
    const made = readModel(`${folder}/m.int8.openvino.onnx`);
    assert.equal(made.opset, Math.max(13, opset));
    await runs(`${folder}/m.int8.openvino.onnx`, model, images);
  });
}

test("weights in a file beside the model", async (folder) => {
  const path = `${folder}/m.onnx`;
  const model = detector();
  const stored = model.graph.initializer.filter(({ name }) => name?.endsWith(".weight"));
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of stored) {
    const bytes = tensor.rawData!;
    const entries = { location: "m.bin", offset: `${offset}`, length: `${bytes.length}` };
    tensor.externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
    tensor.dataLocation = 1;
    delete tensor.rawData;
    parts.push(bytes);
    offset += bytes.length;
  }
  writeModel(model, path);
  await Deno.writeFile(`${folder}/m.bin`, Buffer.concat(parts));
  const images = await drawn(`${folder}/images`, 3);
  const { code, stderr } = await quantize(path, images, `${folder}/out`);
  assert.equal(code, 0, stderr);
  // It needs no other file, and belongs to the weights too.
  assert.deepEqual(names(`${folder}/out`), ["m.calibration.json", "m.int8.openvino.onnx"]);
  await runs(`${folder}/out/m.int8.openvino.onnx`, path, images);
  const bytes = await Deno.readFile(`${folder}/m.bin`);
  bytes[100]! ^= 1;
  await Deno.writeFile(`${folder}/m.bin`, bytes);
  const again = await lineside([
    ...["quantize", path, "--from", `${folder}/out/m.calibration.json`, "--output", folder],
  ]);
  assert.match(again.stderr, /was made for another model: m\.onnx with the hash/);
  assert.equal(again.code, 2);
});

test("a model of 200 MB", async (folder) => {
  const path = write(`${folder}/m.onnx`, { excited: 7000 });
  assert.ok((await Deno.stat(path)).size > 196e6);
  const images = await drawn(`${folder}/images`, 3);
  const { code, stdout, stderr } = await quantize(path, images, folder, ["--json"]);
  assert.equal(code, 0, stderr);
  const [{ bytes, int8 }] = JSON.parse(stdout).files;
  assert.ok(bytes > 49e6 && bytes < 52e6, `${bytes}`);
  assert.ok(int8 >= 10, `${int8}`);
  await runs(`${folder}/m.int8.openvino.onnx`, path, images);
});

/** Runs an INT8 model beside its float one; both must come to an end. */
async function runs(model: string, float: string, images: string): Promise<void> {
  const { code, stdout, stderr } = await lineside([
    ...["evaluate", model, "--against", float, "--images", images, "--json", "--score", "0.01"],
    ...["--engine", "threads=1"],
  ]);
  assert.equal(code, 0, stderr);
  const { agreement } = JSON.parse(stdout);
  assert.ok(agreement.reference > 0 && agreement.model > 0, stdout);
}
