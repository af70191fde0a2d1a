import assert from "node:assert/strict";
import { readModel } from "../../../src/onnx/mod.ts";
import {
  cacheTensors,
  exportCache,
  formatCache,
  parseCache,
} from "../../../src/quantize/export/mod.ts";
import { shared, skipped } from "../../shared.ts";
import { chain } from "../../onnx/build.ts";

const real = [
  ["yolov8n_b8_entropy2", "yolov8n_fp32_reconstructed", 5],
  ["osnet_b8_entropy2", "osnet_x0_25_msmt17", 3],
] as const;
for (const [cache, name, constants] of real) {
  const file = shared(`tensorrt/${cache}.cache`);
  const path = shared(`models/${name}.onnx`);
  const ignore = skipped(`TensorRT cache of ${name}`, {
    "../shared/data/tensorrt": file,
    "../shared/data/models": path,
  });

  Deno.test({
    name: `the cache of ${name} has the tensors, order and form of TensorRT 8.5.3's own`,
    ignore,
    fn() {
      const text = Deno.readTextFileSync(file!);
      const theirs = parseCache(text);
      assert.equal(theirs.version, 8503);
      assert.equal(theirs.algorithm, "EntropyCalibration2");
      assert.equal(formatCache(theirs), text);
      const ranges = new Map([...theirs.scales].map(([tensor, scale]) => [
        tensor,
        { min: -scale * 127, max: 0 },
      ]));
      assert.equal(exportCache(readModel(path!), ranges), text);
    },
  });

  Deno.test({
    name: `the constants of ${name} have the range that TensorRT found`,
    ignore,
    fn() {
      const { scales } = parseCache(Deno.readTextFileSync(file!));
      const tensors = cacheTensors(readModel(path!)).filter(({ constant }) => constant);
      let alike = 0;
      for (const { name, constant } of tensors) {
        const greatest = Math.max(Math.abs(constant!.min), Math.abs(constant!.max));
        const ratio = scales.get(name)! * 127 / greatest;
        // It takes the middle of a bin, of 2048; of weights the entropy method cuts off more.
        if (Math.abs(ratio - 1) < 1 / 2048) alike++;
        else assert.ok(ratio > 0.3 && ratio < 1, `${name} ${ratio}`);
      }
      console.log(`${name}: ${alike} of ${tensors.length} constants have their greatest value`);
      assert.equal(tensors.length, constants);
    },
  });
}

Deno.test("a tensor without a range is left out, and one that is to be", () => {
  const ranges = new Map(["x", "t0", "t2"].map((name) => [name, { min: -1, max: 1 }]));
  const text = exportCache(chain(["Relu", "Sigmoid", "Tanh"]), ranges, new Set(["t2"]), {
    version: 8601,
    algorithm: "MinMaxCalibration",
  });
  assert.equal(text, "TRT-8601-MinMaxCalibration\nx: 3c010204\nt0: 3c010204\n");
});

Deno.test("what is wrong with a cache is said, and where", () => {
  const refuses = (text: string, message: RegExp) =>
    assert.throws(() => parseCache(text), (error) => {
      assert.ok(error instanceof SyntaxError);
      assert.match(error.message, message);
      return true;
    });
  const head = "TRT-8503-EntropyCalibration2\n";
  refuses("", /line 1 is ""; expected the like of TRT-8503-EntropyCalibration2/);
  refuses("images: 3c010204\n", /line 1 is "images: 3c010204"/);
  refuses(`${head}images 3c010204\n`, /line 2 is "images 3c010204"; expected `tensor: `/);
  refuses(`${head}a: 3c010204\nb: 3c0102\n`, /line 3 is "b: 3c0102"/);
  refuses(`${head}a: 00000000\n`, /line 2 gives a the scale 0 \(00000000\)/);
  refuses(`${head}a: 7fc00000\n`, /the scale NaN/);
  refuses(`${head}a: bc010204\n`, /the scale -0\.00787/);
  refuses(`${head}a: 3c010204\na: 3c010204\n`, /line 3 names a, which an earlier line has/);
  const { scales } = parseCache(
    `${head}(Unnamed Layer* 1) [Constant]_output: 3f800000\na: b: 40000000\n`,
  );
  assert.deepEqual([...scales], [["(Unnamed Layer* 1) [Constant]_output", 1], ["a: b", 2]]);
});
