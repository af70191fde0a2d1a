import assert from "node:assert/strict";
import { join } from "node:path";
import { type OnnxModel, writeModel } from "../../../src/onnx/mod.ts";
import { exportOpenvino, type OpenvinoOptions } from "../../../src/quantize/export/mod.ts";
import { multiplyAdds, type QuantGroup } from "../../../src/quantize/graph/mod.ts";
import { output } from "../../process.ts";
import { referencePython, shared, skipped } from "../../shared.ts";
import {
  asArguments,
  boards,
  kept,
  observed,
  photographs,
  type Pictures,
  script,
} from "./observed.ts";

const python = referencePython();
const needs = (files: string) => ({
  "reference environment (scripts/references)": python,
  "../shared/data/models": shared("models"),
  [`../shared/data/${files}`]: shared(files),
});
interface Layer {
  type: string;
  precision: string;
  originals: string[];
}

/** Groups that OpenVINO runs as an INT8 convolution or product, by the executed graph. */
function runInInt8(model: OnnxModel, groups: readonly QuantGroup[], layers: Layer[]): QuantGroup[] {
  const names = new Set(
    layers.filter(({ type, precision }) =>
      ["Convolution", "FullyConnected", "MatMul"].includes(type) && /^[ui]8$/.test(precision)
    ).flatMap(({ originals }) => originals),
  );
  const nameOf = new Map(model.graph.node.map((node) => [node.output[0], node.name]));
  return groups.filter((group) => names.has(nameOf.get(group.node) || group.node));
}

/** A model's INT8 forms, and what OpenVINO makes of them. */
async function run(
  name: string,
  pictures: Pictures,
  wishes: (OpenvinoOptions & { keep?: (group: QuantGroup) => boolean; byChannel?: boolean })[],
) {
  const folder = Deno.makeTempDirSync();
  try {
    const { path, model, plan, ranges, channels } = await observed(name, pictures);
    const paths = wishes.map(({ keep, byChannel, ...wish }, i) => {
      const options = { ...wish, ...(byChannel && { channels }) };
      const file = join(folder, `${i}.onnx`);
      writeModel(exportOpenvino(model, plan, ranges, kept(plan, keep), options), file);
      return file;
    });
    const answers: { layers: Layer[]; distance: number; written: number }[] = JSON.parse(
      await output([
        ...[python!, script("executed.py"), "int8", ...asArguments(pictures)],
        ...[pictures.images[0]!, path, ...paths],
      ]),
    );
    const computing = plan.groups.filter(({ weights }) => weights !== undefined);
    return answers.map(({ layers, distance, written }) => {
      const int8 = runInInt8(model, computing, layers);
      return {
        layers,
        distance,
        written,
        int8,
        share: multiplyAdds(int8) / multiplyAdds(computing),
      };
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test({
  name: "OpenVINO runs all of YOLOv8n in INT8, except what is kept float",
  ignore: skipped("OpenVINO INT8 of YOLOv8n", needs("deeppcb/images")),
  async fn() {
    const [all, headless, apart, sums] = await run("yolov8n_deeppcb_fp32", boards(), [
      {},
      { keep: (group) => group.head },
      { shareWithin: 1 },
      { shareWithin: Infinity, sums: true },
    ]);
    assert.equal(all!.share, 1);
    assert.equal(all!.int8.length, 63);
    assert.ok(all!.distance < 0.002, `${all!.distance}`);
    assert.ok(!headless!.int8.some(({ head }) => head));
    assert.equal(headless!.int8.length, 63 - 18);
    assert.ok(headless!.share > 0.5 && headless!.share < 0.75, `${headless!.share}`);
    // INT8 goes through what only passes it on, and a residual sum only if that is wished for.
    const counts = (layers: Layer[], type: string) =>
      layers.filter((layer) => layer.type === type && layer.precision === "u8").length;
    for (const { layers } of [all!, apart!, sums!]) {
      assert.deepEqual(
        ["Concatenation", "Split", "Pooling", "Interpolate"].map((type) => counts(layers, type)),
        [13, 8, 3, 2],
      );
    }
    assert.equal(counts(all!.layers, "Eltwise"), 0);
    assert.equal(counts(sums!.layers, "Eltwise"), 6);
    assert.equal(apart!.share, 1);
    console.log(
      `YOLOv8n: INT8 share of multiply-adds ${all!.share}, head float ${
        headless!.share.toFixed(3)
      }; 1 - correlation ${
        [all, headless, apart, sums].map((one) => one!.distance.toExponential(1))
      }`,
    );
  },
});

Deno.test({
  name: "OpenVINO runs all of YOLOX-Nano in INT8, depthwise convolutions and focus slices included",
  ignore: skipped("OpenVINO INT8 of YOLOX", needs("coco/images")),
  async fn() {
    const pictures = photographs([416, 416], 1);
    const [all, byChannel] = await run("yolox_nano_coco_416_fp32", pictures, [
      {},
      { byChannel: true },
    ]);
    for (const { share, int8, written } of [all!, byChannel!]) {
      assert.equal(share, 1);
      assert.equal(int8.length, 113);
      // What OpenVINO makes of Q/DQ is what they say, but for rounding.
      assert.ok(written < 0.01, `${written}`);
    }
    console.log(
      `YOLOX-Nano: 1 - correlation ${all!.distance.toExponential(1)}, with scales by channel ` +
        `${byChannel!.distance.toExponential(1)}`,
    );
    // Its activations have far outliers: least and greatest values are poor ranges for it, but not
    // those of each channel for depthwise convolutions.
    assert.ok(all!.distance < 0.1, `${all!.distance}`);
    assert.ok(byChannel!.distance < all!.distance / 4, `${byChannel!.distance}`);
  },
});
