import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { makeNode } from "../../../src/onnx/attributes.ts";
import { writeModel } from "../../../src/onnx/mod.ts";
import { floatTensor, integerTensor } from "../../../src/onnx/tensor.ts";
import { openNative } from "../../../src/native/mod.ts";
import { calibrate } from "../../../src/quantize/calibrate.ts";
import { CalibrationError } from "../../../src/quantize/calibration/mod.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import type { Subject } from "../../../src/quantize/subject.ts";
import { checkCovers, targetModel } from "../../../src/quantize/targets.ts";
import { modelOf, value } from "../../onnx/build.ts";
import { withFolder } from "../../cli/lineside.ts";
import { noBackend } from "../../runtime/int8/material.ts";
import { tinyContract } from "../calibration/tiny_model.ts";
import { answersOf, distance, pictures, side } from "./answers.ts";

const ignore = await noBackend("equalised INT8");

/** Channel c of what lies between two layers is by so much larger than it need be. */
const blow = (c: number) => 2 ** (c % 6 - 2.5);

/** Four convolutions with Relu between them; what one does to a channel's size the next undoes. */
function network() {
  const widths = [3, 12, 12, 12, 5];
  const layers = widths.slice(1).map((to, i) => {
    const from = widths[i]!;
    const last = i + 2 === widths.length;
    const taps = last ? side * side : 1;
    const weights = Float32Array.from({ length: to * from * taps }, (_, at) => {
      const [made, read] = [Math.floor(at / taps / from), Math.floor(at / taps) % from];
      return Math.sin(1 + i + at * 1.7) * (last ? 1 : blow(made)) / (i > 0 ? blow(read) : 1);
    });
    const size = Math.sqrt(taps);
    return {
      nodes: [
        makeNode("Conv", "", [i > 0 ? `r${i - 1}` : "images", `w${i}`], [`c${i}`]),
        last
          ? makeNode("Reshape", "", [`c${i}`, "shape"], ["y"])
          : makeNode("Relu", "", [`c${i}`], [`r${i}`]),
      ],
      weights: floatTensor(`w${i}`, [to, from, size, size], weights),
    };
  });
  return modelOf(
    layers.flatMap(({ nodes }) => nodes),
    [value("images", [1, 3, side, side])],
    [value("y", [1, 5, 1])],
    [...layers.map(({ weights }) => weights), integerTensor("shape", [1, 5, 1])],
  );
}

Deno.test({
  name: "a model with uneven channels loses less in INT8 after they were equalised",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const native = openNative({ threads: 1 });
      try {
        const model = network();
        const path = join(folder, "m.onnx");
        writeModel(model, path);
        const images: string[] = [];
        for (const [i, pixels] of pictures.entries()) {
          images.push(join(folder, `${i}.png`));
          const raw = { width: side, height: side, channels: 3 as const };
          await sharp(pixels, { raw }).png().toFile(images[i]!);
        }
        const subject: Subject = {
          original: model,
          prepared: model,
          plan: planQuantization(model),
          model: { file: "m.onnx", sha256: "0".repeat(64) },
          contract: tinyContract(path, side),
          engine: { backend: "openvino", threads: 1, model: path } as unknown as Subject["engine"],
          sizes: [{ width: side, height: side }],
        };
        const none = new Set<string>();
        const expected = await answersOf(native, folder, model);
        const lost: number[] = [];
        for (const equalise of [false, true]) {
          const method = { name: "minmax" } as const;
          const { calibration } = await calibrate(subject, {
            ...{ images, tool: "test", method, symmetricMethod: method, float: [] },
            ...{ cache: false, equalise },
          });
          assert.equal(calibration.equalised, equalise ? true : undefined);
          const int8 = targetModel(subject, calibration, "openvino", none);
          lost.push(distance(await answersOf(native, folder, int8), expected));
          if (!equalise) continue;
          const refused = () => checkCovers(subject, calibration, "cache", "m.calibration.json");
          assert.throws(refused, CalibrationError);
          assert.throws(refused, /is of the equalised model.* --targets openvino,tensorrt/);
        }
        const [before, after] = lost as [number, number];
        assert.ok(before > 0.2 && after < before / 4, `${before} before, ${after} after`);
      } finally {
        await native.close();
      }
    }),
});
