import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { makeNode } from "../../../src/onnx/attributes.ts";
import { writeModel } from "../../../src/onnx/mod.ts";
import { floatTensor } from "../../../src/onnx/tensor.ts";
import { openNative } from "../../../src/native/mod.ts";
import {
  calibrationOf,
  observeImages,
  parseMethod,
  preprocessingOf,
} from "../../../src/quantize/calibration/mod.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import type { Subject } from "../../../src/quantize/subject.ts";
import { targetModel } from "../../../src/quantize/targets.ts";
import { channelMeans } from "../../../src/quantize/transform/channel_means.ts";
import { correctBiases } from "../../../src/quantize/transform/correct_biases.ts";
import { modelOf, value } from "../../onnx/build.ts";
import { tinyContract } from "../calibration/tiny_model.ts";

const silu = (x: string, y: string, inputs: number, outputs: number) => ({
  nodes: [
    makeNode("Conv", "", [x, `${y}.weight`], [`${y}.c`]),
    makeNode("Sigmoid", "", [`${y}.c`], [`${y}.s`]),
    makeNode("Mul", "", [`${y}.c`, `${y}.s`], [y]),
  ],
  weights: floatTensor(
    `${y}.weight`,
    [outputs, inputs, 1, 1],
    Float32Array.from({ length: inputs * outputs }, (_, i) => 1.5 * Math.sin(1 + i * 1.7)),
  ),
});

Deno.test("the INT8 model has the float one's means after its biases were corrected", async () => {
  const folder = await Deno.makeTempDir();
  const native = openNative({ threads: 2 });
  try {
    const images: string[] = [];
    for (let i = 0; i < 4; i++) {
      const pixels = Uint8Array.from({ length: 192 }, (_, at) => (at * (37 + 10 * i)) % 256);
      const path = join(folder, `${i}.png`);
      await sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } }).png().toFile(path);
      images.push(path);
    }
    const parts = [silu("images", "a", 3, 8), silu("a", "b", 8, 8), silu("b", "y", 8, 4)];
    const model = modelOf(
      parts.flatMap(({ nodes }) => nodes),
      [value("images", [1, 3, 8, 8])],
      [value("y", [1, 4, 8, 8])],
      parts.map(({ weights }) => weights),
    );
    const plan = planQuantization(model);
    const path = join(folder, "m.onnx");
    const contract = tinyContract(path, 8);
    const sizes = [{ width: 8, height: 8 }];
    const engine = { backend: "auto", threads: 2 } as unknown as Subject["engine"];
    const hash = { file: "m.onnx", sha256: "0".repeat(64) };
    const subject = {
      original: model,
      prepared: model,
      plan,
      model: hash,
      contract,
      engine,
      sizes,
    };
    const observable = model.clone();
    observable.graph.output.push(...["a", "b"].map((name) => value(name, [1, 8, 8, 8])));
    writeModel(observable, path);
    const observed = await observeImages({
      ...{ native, model: path, contract, outputs: ["y", "a", "b"], images, sizes },
      tensors: ["images", "a", "b"],
    });
    // Cut so short that the means can't be right.
    const calibration = calibrationOf(observed, {
      ...{ tool: "test", model: hash, preprocessing: preprocessingOf(contract) },
      ...{ input: "images", method: parseMethod("percentile:80") },
    });
    const none = new Set<string>();
    const nodes = plan.groups.map(({ node }) => node);
    const expected = await channelMeans(subject, model, nodes, { images });
    const farthest = async (given: typeof calibration) => {
      const int8 = targetModel(subject, given, "openvino", none);
      const means = await channelMeans(subject, int8, nodes, { images });
      return Math.max(
        ...nodes.flatMap((name) =>
          means.get(name)!.map((mean, i) => Math.abs(mean - expected.get(name)![i]!))
        ),
      );
    };
    const corrected = await correctBiases(subject, calibration, none, { images, stages: 3 });
    assert.deepEqual(Object.keys(corrected.biases!), plan.groups.map(({ id }) => id));
    const [before, after] = [await farthest(calibration), await farthest(corrected)];
    assert.ok(before > 0.05, `${before}`);
    assert.ok(after < before / 10, `${before} before, ${after} after`);
  } finally {
    await native.close();
    await Deno.remove(folder, { recursive: true });
  }
});
