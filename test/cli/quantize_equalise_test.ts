import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { writeModel } from "../../src/onnx/mod.ts";
import { readCalibration } from "../../src/quantize/calibration/mod.ts";
import { detector, type DetectorSketch } from "../quantize/detector.ts";
import { noBackend, quick } from "../runtime/int8/material.ts";
import { lineside, withFolder } from "./lineside.ts";

const ignore = await noBackend("quantize, equalised");

Deno.test({
  name: "quantize --equalise: the calibration tells, and --from makes the same models again",
  ignore,
  fn: (t) =>
    withFolder(async (folder) => {
      await Deno.mkdir(`${folder}/images`);
      for (let i = 0; i < 3; i++) {
        const pixels = Buffer.from(
          Array.from({ length: 64 * 64 * 3 }, (_, at) => (i * 53 + at * (at % 7)) % 256),
        );
        const raw = { width: 64, height: 64, channels: 3 as const };
        await sharp(pixels, { raw }).png().toFile(`${folder}/images/${i}.png`);
      }
      const quantize = (name: string, sketch: DetectorSketch, ...more: string[]) => {
        writeModel(detector(sketch), `${folder}/${name}.onnx`);
        return lineside([
          ...["quantize", `${folder}/${name}.onnx`, "--images", `${folder}/images`, ...quick],
          ...["--output", `${folder}/${name}`, "--equalise", "on", ...more],
        ]);
      };
      // Its squeeze-and-excite branch has Relu twice; all else is SiLU.
      const excited = { excited: 24 };
      const both = ["--targets", "openvino,tensorrt"];

      await t.step("from images and again without them", async () => {
        const { code, stderr } = await quantize("m", excited, ...both);
        assert.equal(code, 0, stderr);
        assert.match(stderr, /^equalised: 2 pairs of convolutions$/m);
        const path = `${folder}/m/m.calibration.json`;
        assert.equal((await readCalibration(path)).equalised, true);
        const model = `${folder}/m.onnx`;
        const again = await lineside([
          ...["quantize", model, "--from", path, "--output", `${folder}/again`, ...both],
        ]);
        assert.equal(again.code, 0, again.stderr);
        for (const target of ["openvino", "tensorrt"]) {
          const [a, b] = ["m", "again"].map((name) =>
            Deno.readFileSync(`${folder}/${name}/m.int8.${target}.onnx`)
          );
          assert.ok(a!.length > 0 && Buffer.from(a!).equals(Buffer.from(b!)), target);
        }
        // Not what the model as it is in its file would have become.
        const text = await Deno.readTextFile(path);
        assert.ok(text.includes('"equalised": true,'));
        await Deno.writeTextFile(path, text.replace('"equalised": true,', ""));
        const other = await lineside([
          ...["quantize", model, "--from", path, "--output", `${folder}/other`, ...both],
        ]);
        assert.equal(other.code, 0, other.stderr);
        const [a, b] = ["m", "other"].map((name) =>
          Deno.readFileSync(`${folder}/${name}/m.int8.openvino.onnx`)
        );
        assert.ok(!Buffer.from(a!).equals(Buffer.from(b!)));
        await Deno.writeTextFile(path, text);
      });

      await t.step("a TensorRT 8 cache is refused, at once and later", async () => {
        const { code, stderr } = await quantize("n", excited);
        assert.match(stderr, /--equalise on makes no TensorRT 8 cache.*--targets openvino,tensor/);
        assert.equal(code, 2);
        const later = await lineside([
          ...["quantize", `${folder}/m.onnx`, "--from", `${folder}/m/m.calibration.json`],
          ...["--output", `${folder}/later`],
        ]);
        assert.match(later.stderr, /is of the equalised model, and a TensorRT 8 cache/);
        assert.equal(later.code, 2);
      });

      await t.step("where there is no pair that is said, and all is as without", async () => {
        const { code, stderr } = await quantize("s", {});
        assert.equal(code, 0, stderr);
        assert.match(
          stderr,
          /^nothing to equalise: no two convolutions with Relu or nothing between$/m,
        );
        const { equalised } = await readCalibration(`${folder}/s/s.calibration.json`);
        assert.equal(equalised, undefined);
        assert.ok((await Deno.stat(`${folder}/s/s.int8.cache`)).size > 0);
      });
    }),
});
