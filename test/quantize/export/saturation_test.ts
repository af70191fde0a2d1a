import assert from "node:assert/strict";
import { join } from "node:path";
import { integerAttribute, makeNode } from "../../../src/onnx/attributes.ts";
import { type OnnxModel, writeModel } from "../../../src/onnx/mod.ts";
import { floatTensor } from "../../../src/onnx/tensor.ts";
import { saturatingWeights } from "../../../src/quantize/complete/paired.ts";
import { exportOpenvino } from "../../../src/quantize/export/mod.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { modelOf, value } from "../../onnx/build.ts";
import { output } from "../../process.ts";
import { referencePython, skipped } from "../../shared.ts";
import { script } from "./observed.ts";

const python = referencePython();

const brightnessOf = (_: unknown, channel: number) => channel % 2 ? 0.1 : 1;

/** A layer whose weights are as large as can be, on the picture repeated along its channels. */
interface Layer {
  readonly operator?: "Conv" | "ConvTranspose";
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly groups?: number;
  /** Every other channel is a tenth as bright, and known to be. */
  readonly dim?: boolean;
}

function modelWith(
  { operator = "Conv", inputs, outputs, kernel, groups = 1, dim }: Layer,
): OnnxModel {
  const shape = operator === "Conv"
    ? [outputs, inputs / groups, kernel, kernel]
    : [inputs, outputs / groups, kernel, kernel];
  // Runs of one sign, so that all that is added goes the same way.
  const weights = Float32Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, i) => (Math.sin(i * 0.37) < -0.3 ? -1 : 1) * (90 + i * 13 % 38),
  );
  const repeated = Array.from({ length: inputs / 3 }, () => "x");
  const nodes = [
    makeNode("Concat", "", repeated, ["wide"], [integerAttribute("axis", 1)]),
    ...dim ? [makeNode("Mul", "", ["wide", "brightness"], ["levels"])] : [],
    makeNode(operator, "", [dim ? "levels" : "wide", "weights"], ["y"], [
      integerAttribute("group", groups),
    ]),
  ];
  const brightness = Float32Array.from({ length: inputs }, brightnessOf);
  const constants = [
    floatTensor("weights", shape, weights),
    floatTensor("brightness", [inputs, 1, 1], brightness),
  ];
  return modelOf(
    nodes,
    [value("x", [1, 3, 16, 16])],
    [value("y", ["a", "b", "c", "d"])],
    constants,
  );
}

Deno.test({
  name: "INT8 is what Q/DQ mean on this processor too, however large pixels and weights are",
  ignore: skipped("saturation in OpenVINO", {
    "reference environment (scripts/references)": python,
  }),
  async fn() {
    const layers: Layer[] = [
      { inputs: 3, outputs: 16, kernel: 3 },
      { inputs: 48, outputs: 32, kernel: 3 },
      { inputs: 15, outputs: 24, kernel: 1 },
      { inputs: 33, outputs: 17, kernel: 5 },
      { inputs: 48, outputs: 48, kernel: 3, groups: 48 },
      { inputs: 48, outputs: 48, kernel: 3, groups: 3 },
      { inputs: 12, outputs: 24, kernel: 3, groups: 4 },
      { operator: "ConvTranspose", inputs: 15, outputs: 8, kernel: 2 },
      { inputs: 48, outputs: 32, kernel: 3, dim: true },
      { inputs: 48, outputs: 48, kernel: 3, groups: 3, dim: true },
      { operator: "ConvTranspose", inputs: 15, outputs: 8, kernel: 2, dim: true },
      { inputs: 48, outputs: 32, kernel: 1, dim: true },
      { inputs: 48, outputs: 48, kernel: 1, groups: 3, dim: true },
    ];
    const folder = Deno.makeTempDirSync();
    try {
      const paths = layers.map((layer, i) => {
        const model = modelWith(layer);
        const plan = planQuantization(model, { images: [1, 3, 16, 16] });
        const bytes = { min: 0, max: 255 };
        const ranges = new Map(plan.tensors.map((name) => [name, bytes]));
        const path = join(folder, `${i}.onnx`);
        const seen = Array.from({ length: layer.inputs }, brightnessOf)
          .map((brightness) => ({ min: 0, max: 255 * brightness }));
        const channels = new Map(layer.dim ? [["levels", seen]] : []);
        const made = exportOpenvino(model, plan, ranges, undefined, { channels });
        // Larger weights than there may be with any input: where that is known, for convolutions.
        const larger = layer.dim === true && layer.operator === undefined;
        const anonymous = made.clone();
        anonymous.message.metadataProps = [];
        assert.equal(saturatingWeights(anonymous) !== undefined, larger, `${i}`);
        assert.equal(saturatingWeights(made), undefined);
        writeModel(made, path);
        return path;
      });
      const found: { precisions: string[]; off: number }[] = JSON.parse(
        await output([python!, script("exact.py"), ...paths]),
      );
      for (const [i, { precisions, off }] of found.entries()) {
        assert.deepEqual(precisions, ["u8"], `${i}`);
        assert.ok(off < 1e-5, `${JSON.stringify(layers[i])} is off by ${off}`);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
