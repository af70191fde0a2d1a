import assert from "node:assert/strict";
import { GraphIndex, readModel } from "../../../src/onnx/mod.ts";
import { dimensions, numbers } from "../../../src/onnx/tensor.ts";
import { pairedWeights, saturatingWeights } from "../../../src/quantize/complete/paired.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { shared, skipped } from "../../shared.ts";

const trained = shared("tensorrt/yolov8n_b8_qdq_everywhere.onnx");

/** Numbers that a model's weights stand for, by group. */
function weightsByGroup(model: ReturnType<typeof readModel>): Map<string, Float64Array> {
  const index = new GraphIndex(model.graph);
  const found = new Map<string, Float64Array>();
  for (const { id, node, weights } of planQuantization(model).groups) {
    if (weights === undefined) continue;
    const at = index.producer(node)!.input.map((name) => index.producer(name))
      .find((one) => one?.opType === "DequantizeLinear" && !pictures(index, one.input[0]!));
    if (!at) continue;
    let [values, scales] = [at.input[0]!, index.constant(at.input[1]!)!];
    while (!index.constant(values)) values = index.producer(values)!.input[0]!;
    const tensor = index.constant(values)!;
    const scale = Array.from(numbers(scales));
    const inner = dimensions(tensor).slice(1).reduce((a, b) => a * b, 1);
    const stored = tensor.dataType === 3;
    found.set(
      id,
      Float64Array.from(numbers(tensor), (value, i) => {
        const own = scale[scale.length === 1 ? 0 : Math.floor(i / inner)]!;
        return (stored ? value : Math.round(value / own)) * own;
      }),
    );
  }
  return found;
}

/** Whether a tensor depends on the model's input. */
function pictures(index: GraphIndex, name: string): boolean {
  if (index.constant(name)) return false;
  const producer = index.producer(name);
  return !producer || pictures(index, producer.input[0]!);
}

Deno.test({
  name: "weights of a model with Q/DQ that saturate without VNNI are stored anew, others stay",
  ignore: skipped("weights that saturate", { "../shared/data/tensorrt": trained }),
  fn() {
    const model = readModel(trained!);
    const saturating = saturatingWeights(model)!;
    const paired = pairedWeights(model, saturating.groups);
    const changed = saturating.groups.map(({ id }) => id);
    const [before, after] = [weightsByGroup(model), weightsByGroup(paired)];
    assert.ok(before.size > 60 && after.size === before.size, `${before.size} ${after.size}`);
    assert.equal(saturating.of, before.size);
    assert.ok(changed.length > 10, `${changed.length}`);
    for (const [id, values] of after) {
      const old = before.get(id)!;
      const most = old.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const off = values.reduce((sum, value, i) => sum + (value - old[i]!) ** 2, 0);
      if (!changed.includes(id)) assert.equal(off, 0, id);
      // Half a step of twice the scale, in the mean.
      else assert.ok(Math.sqrt(off / values.length) < most / 127, `${id} ${off}`);
    }
    assert.equal(saturatingWeights(paired), undefined);
  },
});
