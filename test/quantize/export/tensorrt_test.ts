import assert from "node:assert/strict";
import { join } from "node:path";
import { writeModel } from "../../../src/onnx/mod.ts";
import { exportTensorrt, type TensorrtOptions } from "../../../src/quantize/export/mod.ts";
import type { QuantGroup } from "../../../src/quantize/graph/mod.ts";
import { output } from "../../process.ts";
import { referencePython, shared, skipped, tensorrtPython } from "../../shared.ts";
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
const tensorrt = tensorrtPython();
const needs = (files: string) => ({
  "reference environment (scripts/references)": python,
  "TensorRT-RTX (scripts/references)": tensorrt,
  "../shared/data/models": shared("models"),
  [`../shared/data/${files}`]: shared(files),
});
interface Built {
  errors: string[];
  plan: number;
  convolutions: { all: number; reading: number; through: number; types: string[] };
  inputs: string[];
  outputs: string[];
}
interface Answer {
  batch: number;
  distance: number;
}
type Wish = TensorrtOptions & { keep?: (group: QuantGroup) => boolean };

/** What TensorRT builds of a model's INT8 forms, and what they compute. */
async function built(
  name: string,
  pictures: Pictures,
  wishes: readonly Wish[],
): Promise<{ built: Built[]; answers: Answer[] }> {
  const folder = Deno.makeTempDirSync();
  try {
    const { path, model, plan, ranges } = await observed(name, pictures);
    const files = wishes.map(({ keep, ...options }, i) => {
      const file = join(folder, `${i}.onnx`);
      writeModel(exportTensorrt(model, plan, ranges, kept(plan, keep), options), file);
      return file;
    });
    const run = async (command: string[]) => JSON.parse(await output(command));
    return {
      built: await run([tensorrt!, script("build_tensorrt.py"), ...files]),
      answers: await run([
        ...[python!, script("executed.py"), "written", ...asArguments(pictures)],
        ...[pictures.images[0]!, path, ...files],
      ]),
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const forms: readonly Wish[] = [{}, { batch: 2, half: true }];

/** Every form is built, takes and gives 32-bit floats, and computes nearly what the float model does. */
function check({ built, answers }: { built: Built[]; answers: Answer[] }, far: number): void {
  for (const one of built) {
    assert.deepEqual(one.errors, []);
    assert.ok(one.plan > 0);
    assert.deepEqual([one.inputs, one.outputs], [["FLOAT"], ["FLOAT"]]);
  }
  for (const { distance } of answers) assert.ok(distance < far, `${distance}`);
  console.log(
    `1 - correlation ${answers.map(({ distance }) => distance.toExponential(1))}; convolutions ${
      JSON.stringify(built[0]!.convolutions)
    }`,
  );
}

Deno.test({
  name: "TensorRT builds YOLOv8n's INT8 forms, INT8 through as many convolutions as by hand",
  ignore: skipped("TensorRT INT8 of YOLOv8n", needs("deeppcb/images")),
  async fn() {
    const result = await built("yolov8n_deeppcb_fp32", boards(), [
      ...forms,
      ...[{ half: true }, { batch: 2 }, { keep: (group: QuantGroup) => group.head }],
    ]);
    check(result, 0.002);
    assert.deepEqual(result.answers.map(({ batch }) => batch), [1, 2, 1, 2, 1]);
    // 63, eight of them in two parts, and DFL, which reads floats; the last six give floats.
    const { convolutions } = result.built[0]!;
    assert.deepEqual(convolutions, { all: 72, reading: 71, through: 65, types: ["FLOAT"] });
    assert.deepEqual(result.built[1]!.convolutions, { ...convolutions, types: ["FLOAT", "HALF"] });
    assert.equal(result.built[4]!.convolutions.reading, 71 - 18);

    const known = shared("tensorrt/yolov8n_b8_qdq_everywhere.onnx");
    if (known) {
      const theirs = JSON.parse(await output([tensorrt!, script("build_tensorrt.py"), known]));
      assert.deepEqual(theirs[0].convolutions, convolutions);
    }
  },
});

Deno.test({
  name: "TensorRT builds the INT8 forms of a model with free sizes",
  ignore: skipped("TensorRT INT8 of a dynamic model", needs("deeppcb/images")),
  async fn() {
    check(await built("yolov8n_deeppcb_fp32_dynamic", boards(), forms), 0.002);
  },
});

Deno.test({
  name: "TensorRT builds the INT8 forms of YOLOX and of an embedding",
  ignore: skipped("TensorRT INT8 of YOLOX and osnet", needs("coco/images")),
  async fn() {
    const yolox = photographs([416, 416], 1);
    // Least and greatest values are poor ranges for YOLOX-Nano, see openvino_test.ts.
    check(await built("yolox_nano_coco_416_fp32", yolox, forms), 0.25);
    const osnet = photographs([256, 128], 1 / 255);
    check(await built("osnet_x0_25_msmt17", osnet, forms), 0.1);
  },
});
