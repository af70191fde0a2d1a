import assert from "node:assert/strict";
import { join } from "node:path";
import { type OnnxModel, readModel } from "../../../src/onnx/mod.ts";
import { floats, floatTensor } from "../../../src/onnx/tensor.ts";
import { SharedWeights } from "../../../src/quantize/sensitivity/shared_weights.ts";
import { withFolder } from "../../cli/lineside.ts";
import { parts } from "../../runtime/int8/material.ts";

const weightsOf = (model: OnnxModel) =>
  model.graph.initializer.map(({ name, dataType, dims, rawData }) => (
    { name, dataType, dims: dims?.map(Number), rawData }
  ));

Deno.test("shared weights: a model is read back as it was, and its file is small", () =>
  withFolder(async (folder) => {
    const model = readModel(parts);
    const before = weightsOf(model);
    const bytes = new SharedWeights(model, folder).bytes(model);
    assert.ok(bytes.length < 150_000, `${bytes.length} bytes`);
    assert.deepEqual(weightsOf(model), before, "the model itself stays");
    const file = join(folder, "m.onnx");
    await Deno.writeFile(file, bytes);
    const again = readModel(file);
    assert.deepEqual(again.external, [join(folder, "weights.bin")]);
    assert.deepEqual(weightsOf(again), before);
  }));

Deno.test("shared weights: what was changed is in the model's own file", () =>
  withFolder(async (folder) => {
    const model = readModel(parts);
    const shared = new SharedWeights(model, folder);
    const changed = model.clone();
    const { initializer } = changed.graph;
    const at = initializer.findIndex(({ rawData }) => rawData && rawData.length > 4096);
    const { name, rawData } = initializer[at]!;
    initializer[at] = floatTensor(name!, [rawData!.length], new Float32Array(rawData!));
    const file = join(folder, "m.onnx");
    await Deno.writeFile(file, shared.bytes(changed));
    const again = readModel(file).graph.initializer[at]!;
    assert.deepEqual([...floats(again)], [...rawData!]);
    assert.ok(shared.bytes(changed).length > shared.bytes(model).length + 2 * rawData!.length);
  }));

Deno.test("shared weights: two models differ in bytes where a weight does", () =>
  withFolder((folder) => {
    const model = readModel(parts);
    const shared = new SharedWeights(model, folder);
    const other = model.clone();
    const at = other.graph.initializer.findIndex(({ rawData }) => rawData && rawData.length > 4096);
    const rawData = other.graph.initializer[at]!.rawData!.slice();
    rawData[0]! ^= 1;
    other.graph.initializer[at]!.rawData = rawData;
    assert.deepEqual(shared.bytes(model.clone()), shared.bytes(model));
    assert.notDeepEqual(shared.bytes(other), shared.bytes(model));
    return Promise.resolve();
  }));
