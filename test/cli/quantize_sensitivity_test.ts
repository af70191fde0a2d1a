import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { openNative } from "../../src/native/mod.ts";
import { output } from "../process.ts";
import { repository } from "../shared.ts";
import { readCalibration } from "../../src/quantize/calibration/mod.ts";
import { finished, lineside, start, withFolder } from "./lineside.ts";

const assets = repository("pipelines/assets");
const parts = `${assets}/parts-n.onnx`;
// Other people's work may have the cores.
const one = ["--engine", "threads=1"];
/** All but the three convolutions that find boxes of the finest level, to be done sooner. */
const others = [
  ...["model.model.?", "model.model.?.*", "model.model.1*", "model.model.21*"],
  ...["*.cv3.*", "*.cv2.1.*", "*.cv2.2.*"],
].flatMap((pattern) => ["--keep", pattern]);
const [first, worst] = ["model.model.22.cv2.0.0", "model.model.22.cv2.0.2"];

const ignore = await (async () => {
  const native = openNative();
  const backends = native.devices().backends as { name: string; error?: string }[];
  await native.close();
  const found = backends.some(({ name, error }) => name === "openvino" && error === undefined);
  if (!found) console.log("skipped: what INT8 costs: there is no OpenVINO backend");
  return !found;
})();

async function frames(folder: string, fps: number): Promise<string> {
  await Deno.mkdir(`${folder}/images`);
  await output([
    ...["ffmpeg", "-v", "error", "-threads", "1", "-i", `${assets}/line.mp4`, "-vf", `fps=${fps}`],
    `${folder}/images/%03d.png`,
  ]);
  return `${folder}/images`;
}

const listed = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test({
  name: "quantize: what INT8 costs is measured, and what does most harm stays float",
  ignore,
  fn: (t) =>
    withFolder(async (folder) => {
      const images = await frames(folder, 0.5);
      const call = (to: string, ...more: string[]) =>
        lineside([
          ...["quantize", parts, "--images", images, "--output", `${folder}/${to}`],
          ...["--targets", "openvino", ...others, ...one, ...more],
        ]);

      await t.step(
        "by itself: ranges by what measures best, for both kinds of engine, damage by group",
        async () => {
          const { code, stdout, stderr } = await call(
            "a",
            "--json",
            "--targets",
            "openvino,tensorrt",
          );
          assert.equal(code, 0, stderr);
          const { sensitivity, method } = JSON.parse(stdout);
          assert.equal(method, "auto");
          const { tensors } = await readCalibration(`${folder}/a/parts-n.calibration.json`);
          // The picture's own whole numbers, whatever is best for the others.
          const input = tensors.find(({ name }) => name === "images")!;
          assert.deepEqual(input.asymmetric, { min: 0, max: 255 / 255 });
          assert.deepEqual(input.symmetric, { min: -1, max: 1 });
          assert.deepEqual([sensitivity.measure, sensitivity.images], ["expected", 12]);
          const damages: { id: string; damage: number }[] = sensitivity.groups;
          assert.equal(damages.length, 3);
          const damage = (id: string) => damages.find((group) => group.id === id)!.damage;
          assert.ok(damage(worst) > 3 * damage(first) && damage(first) > 0, stdout);
          assert.ok(sensitivity.lossInt8 < 1 && sensitivity.loss <= 0.3, stdout);
          assert.ok(sensitivity.tensorrt.lossInt8 < 1, stdout);
          assert.ok(sensitivity.tensorrt.loss <= 0.3, stdout);
          const svg = await Deno.readTextFile(`${folder}/a/parts-n.sensitivity.svg`);
          assert.match(svg, /^<svg .*<\/svg>\s*$/s);
          for (const { id } of damages) assert.ok(svg.includes(id), id);
        },
      );

      const cut = ["--method", "percentile", "--percentile", "98"];
      await t.step(
        "ranges that cut too much off: groups stay float until it is mended",
        async () => {
          const limits = ["--max-drop", "1", "--max-slowdown", "1000"];
          const { code, stdout, stderr } = await call("b", "--json", ...cut, ...limits);
          assert.equal(code, 0, stderr);
          const { sensitivity, groups, files } = JSON.parse(stdout);
          assert.ok(sensitivity.lossInt8 > 3 && sensitivity.loss <= 1, stdout);
          assert.ok(sensitivity.slowdown >= 0, stdout);
          assert.equal(sensitivity.tensorrt, undefined, "it is not made");
          const kept = groups.filter((group: { kept: boolean }) => group.kept).length;
          assert.ok(files[0].int8 < 3 && kept > 60, stdout);
        },
      );

      await t.step("--from makes the same model again", async () => {
        const [name, calibration] = ["parts-n.int8.openvino.onnx", "parts-n.calibration.json"];
        const { code, stdout, stderr } = await lineside([
          ...["quantize", parts, "--from", `${folder}/b/${calibration}`],
          ...["--targets", "openvino", "--output", `${folder}/c`, "--json"],
        ]);
        assert.equal(code, 0, stderr);
        const [b, c] = ["b", "c"].map((part) => Deno.readFileSync(`${folder}/${part}/${name}`));
        assert.ok(b!.length > 0 && Buffer.from(b!).equals(Buffer.from(c!)));
        assert.ok(JSON.parse(stdout).sensitivity.loss <= 1);
      });

      await t.step("annotations take the place of the estimate", async () => {
        const annotations = `${folder}/truth.json`;
        await Deno.writeTextFile(
          annotations,
          JSON.stringify({
            images: [{ id: 1, file_name: "006.png" }, { id: 2, file_name: "007.png" }],
            categories: [{ id: 1, name: "washer" }],
            annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [10, 10, 50, 50] }],
          }),
        );
        const more = ["--annotations", annotations, ...cut, "--json"];
        const { code, stdout, stderr } = await call("d", ...more);
        assert.equal(code, 0, stderr);
        const { sensitivity } = JSON.parse(stdout);
        assert.deepEqual([sensitivity.measure, sensitivity.images], ["annotations", 2]);
      });
    }),
});

Deno.test({
  name: "quantize: Ctrl-C while it measures ends it with exit code 130, and leaves nothing",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const images = await frames(folder, 0.2);
      for (const name of ["out", "tmp"]) await Deno.mkdir(`${folder}/${name}`);
      const process = start([
        ...["quantize", parts, "--images", images, "--output", `${folder}/out`, ...one],
        ...["--method", "percentile"],
      ], { env: { TMPDIR: `${folder}/tmp` } });
      // The third trial's model.
      const measuring = () =>
        listed(`${folder}/tmp`).some((name) =>
          name.startsWith("lineside-quantize-") &&
          listed(`${folder}/tmp/${name}`).includes("2.onnx")
        );
      for (let waited = 0; !measuring() && waited < 60_000; waited += 5) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      process.kill("SIGINT");
      const from = performance.now();
      const { code, stdout, stderr } = await finished(process);
      assert.match(stderr, /^error: stopped: nothing written$/m);
      assert.deepEqual([code, stdout], [130, ""]);
      assert.ok(performance.now() - from < 10_000);
      assert.deepEqual(listed(`${folder}/out`), []);
      assert.deepEqual(listed(`${folder}/tmp`).filter((name) => name.startsWith("lineside")), []);
    }),
});
