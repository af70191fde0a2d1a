import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { openNative } from "../../src/native/mod.ts";
import { readCalibration } from "../../src/quantize/calibration/mod.ts";
import { parseCache } from "../../src/quantize/export/mod.ts";
import { output } from "../process.ts";
import { repository, tensorrtPython } from "../shared.ts";
import { finished, lineside, start, withFolder } from "./lineside.ts";

const assets = repository("pipelines/assets");
const [parts, other] = [`${assets}/parts-n.onnx`, `${assets}/parts-s.onnx`];
// Other people's work may have the cores.
const one = ["--engine", "threads=1"];
/** Without measuring what it costs. */
const plain = ["--max-drop", "none", "--method", "percentile"];

const ignore = await (async () => {
  const native = openNative();
  const backends = native.devices().backends as { name: string; error?: string }[];
  await native.close();
  const found = backends.some(({ name, error }) => name === "openvino" && error === undefined);
  if (!found) console.log("skipped: quantize: there is no OpenVINO backend");
  return !found;
})();

/** Frames of the clip: `0` for calibration, `1` for evaluation, by turns. */
async function frames(folder: string, fps: number): Promise<void> {
  await output([
    ...["ffmpeg", "-v", "error", "-threads", "1", "-i", `${assets}/line.mp4`, "-vf", `fps=${fps}`],
    `${folder}/%03d.png`,
  ]);
  for (const name of ["0", "1"]) await Deno.mkdir(`${folder}/${name}`);
  const files = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile);
  files.map(({ name }) => name).sort().forEach((name, i) =>
    Deno.renameSync(`${folder}/${name}`, `${folder}/${i % 2}/${name}`)
  );
}

const listed = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const made = ["parts-n.int8.cache", "parts-n.int8.openvino.onnx", "parts-n.int8.tensorrt.onnx"];

Deno.test({
  name:
    "quantize: from images to INT8 models that agree with the float one, and again without images",
  ignore,
  fn: (t) =>
    withFolder(async (folder) => {
      await frames(folder, 2);
      const calibration = `${folder}/a/parts-n.calibration.json`;
      const [openvino, tensorrt] = [1, 2].map((i) => `${folder}/a/${made[i]}`) as [string, string];

      await t.step("calibrates, and writes four files", async () => {
        const broken = (await Deno.readFile(`${folder}/0/001.png`)).subarray(0, 2000);
        await Deno.writeFile(`${folder}/0/broken.png`, broken);
        const { code, stdout, stderr } = await lineside([
          ...["quantize", parts, "--images", `${folder}/0`, "--output", `${folder}/a`, "--json"],
          ...plain,
          ...one,
        ]);
        assert.equal(code, 0, stderr);
        assert.deepEqual(listed(`${folder}/a`), ["parts-n.calibration.json", ...made]);
        assert.match(stderr, /^25 images\nwarning: only 25 images: at least 100 are advised/);
        assert.match(stderr, /^warning: 1 images skipped: .*broken\.png: /m);
        const result = JSON.parse(stdout);
        assert.deepEqual([result.images.count, result.images.skipped], [24, 1]);
        assert.equal(result.method, "percentile:99.999/percentile:99.99");
        assert.deepEqual(result.float, []);
        // Sums stay float for OpenVINO; what feeds the box decoding does for a cache.
        const counts = result.files.map((file: Record<string, number>) => [file.int8, file.float]);
        assert.deepEqual(counts, [[63, 6], [69, 0], [63, 6]]);
        const shares = result.files.map((file: Record<string, number>) => file.multiplyAddsInt8);
        assert.deepEqual(shares.slice(0, 2), [1, 1]);
        assert.ok(shares[2] > 0.97 && shares[2] < 0.99, `${shares[2]}`);
        for (const { file, bytes } of result.files) {
          assert.equal((await Deno.stat(file)).size, bytes);
        }
        assert.ok((await Deno.stat(openvino)).size < (await Deno.stat(parts)).size / 1.5);
      });

      await t.step("OpenVINO's finds on other frames what the float model finds", async () => {
        const { code, stdout, stderr } = await lineside([
          ...["evaluate", openvino, "--against", parts, "--images", `${folder}/1`, "--json"],
          ...one,
        ]);
        assert.equal(code, 0, stderr);
        const { agreement } = JSON.parse(stdout);
        console.log(`INT8 against float: ${JSON.stringify(agreement)}`);
        assert.ok(agreement.reference > 100, stdout);
        assert.ok(agreement.recall >= 0.96 && agreement.reverseRecall >= 0.96, stdout);
        assert.ok(agreement.boxShift < 0.6 && agreement.scoreShift < 0.03, stdout);
      });

      await t.step("TensorRT builds its own with every convolution in INT8", async () => {
        const python = tensorrtPython();
        if (!python) return console.log("skipped: building it: there is no TensorRT-RTX");
        const script = repository("test/quantize/export/build_tensorrt.py");
        const [{ errors, convolutions }] = JSON.parse(await output([python, script, tensorrt]));
        assert.deepEqual(errors, []);
        assert.deepEqual([convolutions.all, convolutions.reading], [63, 63]);
      });

      await t.step("the cache has the calibration's ranges", async () => {
        const { scales } = parseCache(await Deno.readTextFile(`${folder}/a/${made[0]}`));
        const { tensors } = await readCalibration(calibration);
        const ranges = new Map(tensors.map(({ name, symmetric }) => [name, symmetric.max]));
        assert.ok(scales.size > 150, `${scales.size}`);
        for (const [name, scale] of scales) {
          const range = ranges.get(name);
          assert.ok(range !== undefined, name);
          assert.equal(scale, Math.fround(range / 127), name);
        }
      });

      await t.step("--from makes the same files again, without images", async () => {
        const args = ["quantize", parts, "--from", calibration, "--output", `${folder}/b`];
        const { code, stdout, stderr } = await lineside(args);
        assert.equal(code, 0, stderr);
        assert.deepEqual(listed(`${folder}/b`), made);
        for (const name of made) {
          const [a, b] = ["a", "b"].map((part) => Deno.readFileSync(`${folder}/${part}/${name}`));
          assert.ok(a!.length > 0 && Buffer.from(a!).equals(Buffer.from(b!)), name);
        }
        assert.match(stdout, /^openvino +63 +6 +100\.0 % +1\.\d MB +\S+$/m);
      });

      const text = await Deno.readTextFile(calibration).catch(() => "{}");
      const strange = { ...JSON.parse(text), float: ["conv"] };
      await Deno.writeTextFile(`${folder}/strange.json`, JSON.stringify(strange));
      const refused: readonly [string, readonly string[], RegExp][] = [
        [
          "a calibration of another model",
          [other, "--from", calibration],
          /was made for another model: parts-n\.onnx with the hash .* but parts-s\.onnx has/,
        ],
        [
          "a calibration with other preprocessing",
          [parts, "--from", calibration, "--engine", "range=0-255"],
          /was made with other preprocessing: scale was 0\.0039\d+, and now is 1/,
        ],
        [
          "a model that is quantised already",
          [openvino, "--images", `${folder}/0`],
          /is quantised already, as .*: it has Q\/DQ on \d+ activations and 63 weights/,
        ],
        [
          "a group that is not there",
          [parts, "--from", calibration, "--keep", "model.model.22.cv2.0.3"],
          /no group fits `model\.model\.22\.cv2\.0\.3`; the nearest is `model\.model\.22\.cv2\.0\.\d`/,
        ],
        [
          "a folder of images that is not there",
          [parts, "--images", `${folder}/none`],
          /^error: .*none: there is no such folder or file/m,
        ],
        [
          "a group kept float by the calibration that the model does not have",
          [parts, "--from", `${folder}/strange.json`],
          /strange\.json: keeps the group conv float, which the model does not have/,
        ],
        [
          "a size that the model does not take",
          [parts, "--images", `${folder}/0`, "--sizes", "320"],
          /the size 320x320 is of no use: .* is 416x416, and no other/,
        ],
      ];
      for (const [name, args, message] of refused) {
        await t.step(`${name} is refused: exit code 2, nothing written`, async () => {
          const call = ["quantize", ...args, "--output", `${folder}/c`];
          const { code, stdout, stderr } = await lineside(call);
          assert.match(stderr, message);
          assert.deepEqual([code, stdout], [2, ""]);
          assert.deepEqual(
            await Deno.stat(`${folder}/c`).then(() => listed(`${folder}/c`), () => []),
            [],
          );
        });
      }

      await t.step("what is kept float is told, and stays so with --from", async () => {
        const call = (more: string[], to: string) =>
          lineside([
            ...["quantize", parts, ...more, "--targets", "openvino", "--json", ...one],
            ...["--output", `${folder}/${to}`],
          ]);
        const keep = ["--head", "float", "--keep", "model.model.0", "--method", "mse"];
        keep.push("--max-drop", "none");
        const first = await call(["--images", `${folder}/0`, "--most", "2", ...keep], "d");
        assert.equal(first.code, 0, first.stderr);
        assert.match(first.stderr, /^2 images, evenly of 25\n/);
        const again = await call(["--from", `${folder}/d/parts-n.calibration.json`], "e");
        const [a, b] = [first, again].map(({ stdout }) => JSON.parse(stdout));
        assert.deepEqual([a.method, b.method], ["mse", "mse"]);
        assert.deepEqual([a.files[0].int8, b.files[0].int8], [63 - 19, 63 - 19]);
        assert.ok(a.files[0].multiplyAddsInt8 < 0.85, `${a.files[0].multiplyAddsInt8}`);
        const cache = await lineside([
          ...["quantize", parts, "--from", `${folder}/d/parts-n.calibration.json`],
          ...["--output", `${folder}/e`],
        ]);
        assert.match(cache.stderr, /lacks \d+ of \d+ tensors that the target cache needs/);
        assert.equal(cache.code, 2);
      });
    }),
});

Deno.test({
  name: "quantize: Ctrl-C midway ends it with exit code 130, and leaves nothing",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await frames(folder, 0.25);
      const files = listed(`${folder}/0`).map((name) => `${folder}/0/${name}`);
      const list = Array.from({ length: 9600 / files.length }, () => files.join("\n")).join("\n");
      await Deno.writeTextFile(`${folder}/list.txt`, list);
      for (const name of ["out", "tmp"]) await Deno.mkdir(`${folder}/${name}`);
      const process = start([
        ...["quantize", parts, "--images", `${folder}/list.txt`, "--most", "9600"],
        ...["--output", `${folder}/out`, ...one],
      ], { env: { TMPDIR: `${folder}/tmp` } });
      const observed = () =>
        listed(`${folder}/tmp`).some((name) =>
          name.startsWith("lineside-quantize-") &&
          listed(`${folder}/tmp/${name}`).includes("observed.onnx")
        );
      for (let waited = 0; !observed() && waited < 20_000; waited += 50) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.ok(observed());
      await new Promise((resolve) => setTimeout(resolve, 2000));
      process.kill("SIGINT");
      const from = performance.now();
      const { code, stdout, stderr } = await finished(process);
      assert.match(stderr, /^stopping: /m);
      assert.match(stderr, /^error: stopped: nothing written$/m);
      assert.deepEqual([code, stdout], [130, ""]);
      assert.ok(performance.now() - from < 10_000);
      assert.deepEqual(listed(`${folder}/out`), []);
      assert.deepEqual(listed(`${folder}/tmp`).filter((name) => name.startsWith("lineside")), []);
    }),
});
