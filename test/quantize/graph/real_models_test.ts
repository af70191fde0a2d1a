import assert from "node:assert/strict";
import { type OnnxModel, readModel } from "../../../src/onnx/mod.ts";
import {
  multiplyAdds,
  planQuantization,
  type QuantGroup,
  type QuantizationPlan,
} from "../../../src/quantize/graph/mod.ts";
import { prepare } from "../../../src/quantize/graph/prepare.ts";
import { shared, skipped } from "../../shared.ts";

const models = shared("models");
const real = (name: string, check: (plan: QuantizationPlan, model: OnnxModel) => void) =>
  Deno.test({
    name: `what of ${name} can be in INT8`,
    ignore: skipped(name, { "../shared/data/models": models }),
    fn() {
      const model = prepare(readModel(`${models}/${name}.onnx`));
      const inputs: Record<string, number[]> = name.endsWith("dynamic")
        ? { images: [1, 3, 640, 640] }
        : {};
      check(planQuantization(model, inputs), model);
    },
  });

const ids = (groups: readonly QuantGroup[]) => groups.map(({ id }) => id);
const kinds = ({ groups }: QuantizationPlan) => {
  const counts: Record<string, number> = {};
  for (const { kind } of groups) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};
const near = (value: number, expected: number) =>
  assert.ok(Math.abs(value / expected - 1) < 1e-4, `${value}, not ${expected}`);

// Ultralytics says 8.7 GFLOPs of YOLOv8n with 80 classes: two a multiply-add.
const yolov8n: Record<string, number> = {
  yolov8n_fp32_reconstructed: 4.371456e9,
  yolov8n_deeppcb_fp32: 4.04352e9,
  yolov8n_deeppcb_fp32_dynamic: 4.04352e9,
};
for (const [name, computed] of Object.entries(yolov8n)) {
  real(name, (plan) => {
    assert.deepEqual(kinds(plan), { convolution: 63, sum: 6 });
    near(multiplyAdds(plan.groups), computed);
    assert.deepEqual(ids(plan.groups).slice(0, 7), [
      ...["model.0", "model.1", "model.2.cv1", "model.2.m.0.cv1", "model.2.m.0.cv2"],
      ...["model.2.m.0.Add", "model.2.cv2"],
    ]);
    const branches = [0, 1, 2].flatMap((level) =>
      ["cv2", "cv3"].flatMap((branch) => [0, 1, 2].map((i) => `model.22.${branch}.${level}.${i}`))
    );
    const of = (wanted: (group: QuantGroup) => boolean) => ids(plan.groups.filter(wanted)).sort();
    assert.deepEqual(of((group) => group.head), branches.sort());
    assert.deepEqual(of((group) => group.last), branches.filter((id) => id.endsWith(".2")).sort());
    for (const group of plan.groups.filter(({ kind, last }) => kind === "convolution" && !last)) {
      assert.deepEqual(group.operators, ["Conv", "Sigmoid", "Mul"]);
    }
    const operators = plan.float.map(({ operator }) => operator);
    assert.equal(operators.filter((operator) => operator === "Conv").length, 1); // DFL
    assert.ok(operators.includes("Softmax") && operators.includes("Sigmoid"));
    const joins = plan.joins.map(({ operator }) => operator);
    const count = (operator: string) => joins.filter((entry) => entry === operator).length;
    // 8 C2f, SPPF and 4 in the neck.
    assert.deepEqual(["Concat", "Split", "MaxPool", "Resize"].map(count), [13, 8, 3, 2]);
    assert.equal(plan.existing, undefined);
  });
}

real("yolox_nano_coco_416_fp32", (plan) => {
  assert.deepEqual(kinds(plan), { convolution: 83, depthwise: 30, sum: 7 });
  near(multiplyAdds(plan.groups), 0.522553408e9);
  const last = ids(plan.groups.filter((group) => group.last));
  assert.equal(last.length, 9);
  assert.deepEqual(last.slice(0, 3), ["head.cls_preds.0", "head.reg_preds.0", "head.obj_preds.0"]);
  // A stem, two branches of two depthwise-separable convolutions, three predictions; three levels.
  assert.equal(plan.groups.filter((group) => group.head).length, 3 * (1 + 2 * 4 + 3));
  const focus = plan.joins.slice(0, 9).map(({ operator }) => operator);
  assert.deepEqual(focus, [...Array(8).fill("Slice"), "Concat"]);
  assert.equal(plan.tensors[0], "images");
});

real("osnet_x0_25_msmt17", (plan, model) => {
  assert.deepEqual(kinds(plan), {
    ...{ convolution: 127, depthwise: 60, average: 27 },
    ...{ sum: 24, product: 1 },
  });
  // The batch normalisation behind the product has become part of it, and its Relu follows.
  assert.deepEqual(plan.groups.at(-1)!.operators, ["Gemm", "Relu"]);
  assert.ok(!model.graph.node.some((node) => node.opType === "BatchNormalization"));
  assert.deepEqual(ids(plan.groups.filter((group) => group.head)), ["fc.0"]);
  assert.equal(new Set(ids(plan.groups)).size, plan.groups.length);
  // One set of weights is used for four gates.
  assert.equal(
    plan.groups.filter(({ weights }) => weights === "conv2.0.gate.fc1.weight").length,
    4,
  );
  assert.deepEqual([...new Set(plan.float.map(({ operator }) => operator))], ["Sigmoid", "Mul"]);
});

const trained = shared("tensorrt/yolov8n_b8_qdq_everywhere.onnx");
Deno.test({
  name: "a model with Q/DQ is described",
  ignore: skipped("Q/DQ model", { "../shared/data/tensorrt": trained }),
  fn() {
    const model = readModel(trained!);
    const { existing, groups } = planQuantization(model);
    assert.equal(existing?.activations.length, 90);
    assert.equal(existing?.weights.length, 71);
    assert.equal(existing?.covered.length, groups.filter(({ kind }) => kind !== "sum").length);
    assert.deepEqual(existing?.missing, []);

    const first = model.graph.node.find((node) => node.opType === "Conv")!;
    first.input[0] = "images"; // as if it had been forgotten
    assert.deepEqual(planQuantization(model).existing?.missing, ["model.0"]);
  },
});
