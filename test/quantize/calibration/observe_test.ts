import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { type NativeRuntime, openNative } from "../../../src/native/mod.ts";
import {
  calibrationOf,
  channelRanges,
  checkBelongs,
  modelHash,
  type Observed,
  observeImages,
  type ObserveOptions,
  parseMethod,
  preprocessingOf,
  type Progress,
  readCalibration,
  writeCalibration,
} from "../../../src/quantize/calibration/mod.ts";
import { tinyContract, tinyModel, tinyOutputs } from "./tiny_model.ts";

const hasEngine = (native: NativeRuntime) =>
  (native.devices().backends as { name: string; error?: string }[])
    .some(({ name, error }) => name === "openvino" && error === undefined);

/** Whether OpenVINO's backend was built. */
const engine = await (async () => {
  const native = openNative();
  const found = hasEngine(native);
  await native.close();
  if (!found) console.log("skipped: observing a model: there is no OpenVINO backend");
  return found;
})();

async function grey(path: string, side: number, level: number): Promise<string> {
  const create = { width: side, height: side, channels: 3 as const };
  await sharp({ create: { ...create, background: { r: level, g: level, b: level } } }).png()
    .toFile(path);
  return path;
}

interface Bench {
  readonly folder: string;
  readonly native: NativeRuntime;
  observe(images: string[], more?: Partial<ObserveOptions>): Promise<Observed>;
}

function test(name: string, body: (bench: Bench) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !engine,
    async fn() {
      const folder = await Deno.makeTempDir();
      const native = openNative({ threads: 2 });
      try {
        const model = join(folder, "tiny.onnx");
        await Deno.writeFile(model, tinyModel(8));
        await body({
          folder,
          native,
          observe: (images, more) =>
            observeImages({
              native,
              model,
              contract: tinyContract(model, 8),
              outputs: tinyOutputs,
              tensors: ["images", ...tinyOutputs],
              images,
              sizes: [{ width: 8, height: 8 }],
              ...more,
            }),
        });
        assert.equal(native.liveFrames(), 0);
      } finally {
        assert.equal(await native.close(), 0);
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

test("tensors are counted as the model computes them, after decoding and letterbox", async (bench) => {
  const levels = [51, 102, 255];
  const images = await Promise.all(
    levels.map((level) => grey(join(bench.folder, `${level}.png`), 8, level)),
  );
  const seen: Progress[] = [];
  const observed = await bench.observe(images, { progress: (progress) => seen.push(progress) });
  const [{ histograms }] = observed.sizes as [Observed["sizes"][number]];
  assert.deepEqual([...histograms.keys()], ["images", "negative", "kept", "square"]);
  const of = (name: string) => histograms.get(name)!;
  const near = (found: number, expected: number) =>
    assert.ok(Math.abs(found - expected) < 1e-6, `${found}, expected ${expected}`);
  for (const name of histograms.keys()) assert.equal(of(name).count, 3 * 192);
  near(of("images").min, 0.2);
  near(of("images").max, 1);
  near(of("images").meanAbsolute, 1.6 / 3);
  near(of("negative").min, -1);
  near(of("negative").max, -0.2);
  assert.deepEqual([of("kept").min, of("kept").max, of("kept").bins[2048]], [0, 0, 576]);
  near(of("square").min, 0.04);
  assert.deepEqual(seen.map(({ done, total }) => [done, total]), [[1, 3], [2, 3], [3, 3]]);
  assert.equal(seen.at(-1)!.secondsLeft, 0);
  assert.deepEqual(observed.warnings, []);
});

test("channels are the model's, in whatever layout an engine gives its tensors", async (bench) => {
  const levels = [51, 102, 255];
  const image = join(bench.folder, "coloured.png");
  const background = { r: levels[0]!, g: levels[1]!, b: levels[2]! };
  await sharp({ create: { width: 8, height: 8, channels: 3, background } }).png().toFile(image);
  const observed = await bench.observe([image], { channels: true });
  const channels = (name: string) => observed.sizes[0]!.histograms.get(name)!.channels!;
  for (
    const [name, of] of [["images", (x) => x], ["square", (x) => x * x]] as [
      string,
      (x: number) => number,
    ][]
  ) {
    assert.equal(channels(name).length, 3, name);
    channels(name).forEach(({ min, max, mean }, i) => {
      const expected = of(levels[i]! / 255);
      for (const found of [min, max, mean]) {
        assert.ok(Math.abs(found - expected) < 1e-6, `${name} ${i}: ${found}, not ${expected}`);
      }
    });
  }
});

test("the same images give the same in any order and again, and another is told apart", async (bench) => {
  const images = await Promise.all(
    [40, 80, 120, 200].map((level) => grey(join(bench.folder, `${level}.png`), 20, level)),
  );
  const first = await bench.observe(images);
  const second = await bench.observe(images);
  const backward = await bench.observe(images.toReversed());
  assert.deepEqual(second, first);
  assert.deepEqual(backward.sizes, first.sizes);
  await grey(images[3]!, 20, 201);
  assert.notEqual((await bench.observe(images)).images.sha256, first.images.sha256);
});

test("a corrupt picture among good ones is named, skipped and counted", async (bench) => {
  const good = [];
  for (const level of [90, 180]) {
    good.push(await grey(join(bench.folder, `${level}.png`), 8, level));
  }
  const jpeg = await sharp(good[0]!).resize(64).jpeg().toBuffer();
  const bad = join(bench.folder, "bad.jpg");
  await Deno.writeFile(bad, jpeg.subarray(0, jpeg.length / 2));
  const observed = await bench.observe([good[0]!, bad, good[1]!], {
    contract: tinyContract("tiny.onnx", null),
    sizes: [{ width: 8, height: 8 }],
  });
  assert.equal(observed.images.count, 2);
  assert.deepEqual(observed.images.skipped.map(({ file }) => file), [bad]);
  assert.match(observed.warnings[0]!, /^1 images skipped: .*bad\.jpg: /);
  const without = await bench.observe(good);
  assert.deepEqual(observed.sizes, without.sizes);
  assert.equal(observed.images.sha256, without.images.sha256);
  await assert.rejects(bench.observe([bad]), /bad\.jpg: not one of 1 images could be decoded/);
});

test("black pictures are warned about; nothing but black is refused", async (bench) => {
  const black = await grey(join(bench.folder, "black.png"), 8, 0);
  const unit = await grey(join(bench.folder, "unit.png"), 8, 1);
  const good = await grey(join(bench.folder, "good.png"), 8, 90);
  const { warnings } = await bench.observe([good, black]);
  assert.match(warnings[0]!, /^BLACK IMAGES: 1 of 2 .*black\.png/);
  await assert.rejects(bench.observe([black]), /the only image is black/);
  await assert.rejects(bench.observe([black, unit]), /all 2 images are black.*from 0 to 1\?/);
});

test("several sizes are observed one after the other", async (bench) => {
  const image = await grey(join(bench.folder, "a.png"), 8, 255);
  const model = join(bench.folder, "free.onnx");
  await Deno.writeFile(model, tinyModel("any"));
  const { sizes } = await bench.observe([image], {
    model,
    contract: tinyContract(model, null),
    sizes: [{ width: 8, height: 8 }, { width: 32, height: 16 }],
    channels: true,
  });
  assert.deepEqual(sizes.map(({ histograms }) => histograms.get("square")!.count), [192, 1536]);
  // The second is half picture, half padding.
  assert.equal(sizes[1]!.histograms.get("square")!.bins.filter((count) => count === 768).length, 2);
  assert.equal(sizes[1]!.histograms.get("negative")!.channels!.length, 3);
});

test("an abort ends it, and nothing stays behind", async (bench) => {
  const image = await grey(join(bench.folder, "a.png"), 8, 90);
  const abort = new AbortController();
  let done = 0;
  const reason = new Error("enough");
  await assert.rejects(
    bench.observe(Array(100).fill(image), {
      signal: abort.signal,
      progress: () => ++done === 3 && abort.abort(reason),
    }),
    (error) => error === reason,
  );
  assert.ok(done < 10);
});

test("values that are not finite are told", async (bench) => {
  const image = await grey(join(bench.folder, "a.png"), 8, 255);
  const contract = tinyContract("tiny.onnx", 8);
  // 1e25² is more than a float holds.
  const input = { ...contract.input, std: [1e-25, 1e-25, 1e-25] as const };
  const { sizes, warnings } = await bench.observe([image], { contract: { ...contract, input } });
  assert.deepEqual(warnings, ["NaN or infinite values were left out of 1 tensors: square"]);
  const square = sizes[0]!.histograms.get("square")!;
  assert.deepEqual([square.count, square.notFinite], [0, 192]);
});

test("what the model lacks is named", async (bench) => {
  const image = await grey(join(bench.folder, "a.png"), 8, 90);
  await assert.rejects(
    bench.observe([image], { tensors: ["squares"] }),
    /tiny\.onnx: has no output squares/,
  );
  await assert.rejects(
    bench.observe([image], { outputs: ["negative"] }),
    /the engine gives 3 outputs, but the file has 1/,
  );
  await assert.rejects(bench.observe([image], { sizes: [{ width: 16, height: 16 }] }), /takes 8x8/);
  await assert.rejects(bench.observe([image], { model: join(bench.folder, "none.onnx") }), /none/);
});

test("from pictures to a file, and back to what it belongs to", async (bench) => {
  const images = [];
  for (const level of [64, 128, 255]) {
    images.push(await grey(join(bench.folder, `${level}.png`), 8, level));
  }
  const file = join(bench.folder, "tiny.onnx");
  const model = { file: "tiny.onnx", sha256: await modelHash(file) };
  const preprocessing = preprocessingOf(tinyContract(file, 8));
  const method = parseMethod("minmax");
  const observed = await bench.observe(images);
  const path = join(bench.folder, "tiny.calibration.json");
  await writeCalibration(
    path,
    calibrationOf(observed, { tool: "lineside 0.1.0", model, preprocessing, method }),
  );
  const read = await readCalibration(path);
  assert.deepEqual(read.tensors.map(({ name, asymmetric }) => [name, asymmetric]), [
    ["images", { min: 0, max: 1 }],
    ["negative", { min: -1, max: 0 }],
    ["kept", { min: 0, max: 1 }],
    ["square", { min: 0, max: 1 }],
  ]);
  // The input's range is known; channels are kept of those tensors alone that need them.
  const more = calibrationOf(await bench.observe(images.slice(0, 2), { channels: true }), {
    ...{ tool: "lineside 0.1.0", model, preprocessing, method, input: "images" },
    byChannel: new Set(["square"]),
  });
  assert.deepEqual(more.tensors[0]!.asymmetric, { min: 0, max: 1 });
  const square = more.tensors.find(({ name }) => name === "square")!.asymmetric;
  assert.ok(square.max < 0.3);
  assert.deepEqual([...channelRanges(more)], [["square", [square, square, square]]]);

  const use = { model, preprocessing, size: { width: 8, height: 8 } };
  checkBelongs(read, use, path);
  // One byte of the model changed.
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await Deno.writeFile(file, bytes);
  const changed = { ...use, model: { file: "tiny.onnx", sha256: await modelHash(file) } };
  assert.throws(() => checkBelongs(read, changed, path), /was made for another model/);
  // Weights outside the file count too.
  const weights = join(bench.folder, "tiny.bin");
  await Deno.writeFile(weights, Uint8Array.of(1));
  const before = await modelHash(file, [weights]);
  await Deno.writeFile(weights, Uint8Array.of(2));
  assert.notEqual(await modelHash(file, [weights]), before);
});
