import assert from "node:assert/strict";
import { dirname } from "node:path";
import {
  GraphIndex,
  type OnnxModel,
  readModel,
  removeUnused,
  writeModel,
} from "../../../src/onnx/mod.ts";
import { floats, floatTensor } from "../../../src/onnx/tensor.ts";
import { unsignedActivations } from "../../../src/quantize/complete/unsigned.ts";
import { planQuantization, prepare } from "../../../src/quantize/graph/mod.ts";
import { lineside, withFolder } from "../../cli/lineside.ts";
import { calibrate, noBackend, parts } from "../../runtime/int8/material.ts";
import { shared, skipped } from "../../shared.ts";

const ignore = await noBackend("completing Q/DQ");

/** Takes the Q/DQ off what a group reads, and off its weights, of which the float model has those. */
function strip(model: OnnxModel, float: OnnxModel, ids: readonly string[]): void {
  const { groups } = planQuantization(model);
  const originals = new GraphIndex(float.graph);
  const floatGroups = planQuantization(float).groups;
  const index = new GraphIndex(model.graph);
  for (const id of ids) {
    const group = groups.find((one) => one.id === id)!;
    const node = index.producer(group.node)!;
    node.input = node.input.map((name, at) => {
      const dequantize = index.producer(name);
      if (at > 1 || dequantize?.opType !== "DequantizeLinear") return name;
      const quantize = index.producer(dequantize.input[0]!);
      if (quantize) return quantize.input[0]!;
      const weights = floatGroups.find((one) => one.node === group.node)!.weights!;
      const tensor = originals.constant(weights)!;
      model.graph.initializer.push(
        floatTensor(`${weights}.float`, tensor.dims!.map(Number), floats(tensor)),
      );
      return `${weights}.float`;
    });
  }
  removeUnused(model);
}

/** Everything of the Q/DQ that a model has: scales and zero points by node. */
function pairs(model: OnnxModel): Map<string, string> {
  const index = new GraphIndex(model.graph);
  return new Map(
    model.graph.node.filter(({ opType }) => /^(Quantize|Dequantize)Linear$/.test(opType)).map((
      node,
    ) => [
      node.output[0]!,
      JSON.stringify([
        node.input,
        ...node.input.slice(1).map((name) => [...index.constant(name)?.rawData ?? []]),
      ]),
    ]),
  );
}

Deno.test({
  name: "a model with Q/DQ that lacks some gets them, and keeps what it has",
  ignore,
  fn: (t) =>
    withFolder(async (folder) => {
      await calibrate(folder);
      const whole = `${folder}/parts-n.int8.openvino.onnx`;
      const path = `${folder}/trained.onnx`;
      const model = readModel(whole);
      const { groups, existing } = planQuantization(model);
      assert.deepEqual(existing!.missing, []);
      const taken = groups.filter(({ kind, last }) => kind === "convolution" && !last)
        .filter((_, i) => i % 6 === 3).map(({ id }) => id);
      strip(model, prepare(readModel(parts)), taken);
      writeModel(model, path);
      const call = (args: readonly string[]) =>
        lineside(["quantize", ...args, "--images", `${folder}/frames`, "--engine", "threads=1"]);

      await t.step("without --complete it is refused, and described", async () => {
        const { code, stderr } = await call([path]);
        assert.match(
          stderr,
          /is quantised already.*which cover 54 of 63 convolutions and products/,
        );
        assert.match(stderr, /9 lack one on an input: .*--complete adds what is lacking/);
        assert.equal(code, 2);
      });

      const completed = `${folder}/trained.completed.onnx`;
      await t.step("with it, what is lacking is added, and no more", async () => {
        const { code, stdout, stderr } = await call([path, "--complete", "--json"]);
        assert.equal(code, 0, stderr);
        const result = JSON.parse(stdout);
        assert.deepEqual(result.completed, taken);
        assert.deepEqual(result.form, { type: "u8", symmetric: false });
        assert.equal(result.weights.length, taken.length);
        assert.ok(result.activations.length >= 3 && result.reused.length >= 1, stdout);
        assert.equal(result.file, completed);
        const made = readModel(completed);
        assert.deepEqual(planQuantization(made).existing!.missing, []);
        const [before, after] = [pairs(readModel(path)), pairs(made)];
        for (const [name, pair] of before) assert.equal(after.get(name), pair, name);
        const added = result.activations.length * 2 + result.weights.length;
        assert.equal(after.size, before.size + added);
      });

      await t.step("it finds what the float model finds", async () => {
        const { code, stdout, stderr } = await lineside([
          ...["evaluate", completed, "--against", parts, "--images", `${folder}/frames`, "--json"],
          ...["--engine", "threads=1"],
        ]);
        assert.equal(code, 0, stderr);
        const { agreement } = JSON.parse(stdout);
        console.log(`completed against float: ${JSON.stringify(agreement)}`);
        assert.ok(agreement.reference > 50 && agreement.recall > 0.95, stdout);
      });

      await t.step("what is complete is left alone", async () => {
        const { code, stdout } = await call([completed, "--complete"]);
        assert.match(
          stdout,
          /^63 convolutions .* sound; nothing is lacking, and nothing was written/,
        );
        assert.equal(code, 0);
      });

      await t.step("a float model has nothing to complete", async () => {
        const { code, stderr } = await call([parts, "--complete"]);
        assert.match(stderr, /parts-n\.onnx: has no Q\/DQ to complete: leave out --complete/);
        assert.equal(code, 2);
      });

      const scale = (value: number) => (broken: OnnxModel) => {
        const node = broken.graph.node.find(({ opType }) => opType === "QuantizeLinear")!;
        const at = broken.graph.initializer.findIndex(({ name }) => name === node.input[1]);
        broken.graph.initializer[at] = floatTensor(node.input[1]!, [], Float32Array.of(value));
      };
      const faults: readonly [string, (model: OnnxModel) => void, RegExp][] = [
        [
          "a scale of zero",
          scale(0),
          /its QuantizeLinear `\S+` has the scale 0 \(`\S+`\): expected/,
        ],
        ["a scale that is NaN", scale(NaN), /has the scale NaN/],
        ["a negative scale", scale(-0.1), /has the scale -0\.1/],
        ["a zero point of another type", (broken) => {
          const index = new GraphIndex(broken.graph);
          const node = broken.graph.node.find(({ opType, input }) =>
            opType === "DequantizeLinear" && index.constant(input[0]!)
          )!;
          const zero = broken.graph.initializer.find(({ name }) => name === node.input[2])!;
          zero.dataType = 2;
        }, /has a zero point of uint8, and its integers are int8/],
      ];
      for (const [what, spoil, message] of faults) {
        await t.step(`${what} is found`, async () => {
          const broken = readModel(path);
          spoil(broken);
          writeModel(broken, `${folder}/broken.onnx`);
          const { code, stderr } = await call([`${folder}/broken.onnx`, "--complete"]);
          assert.match(stderr, message);
          assert.equal(code, 2);
        });
      }
    }),
});

Deno.test({
  name: "a model with signed activations runs on OpenVINO in an unsigned form of the same numbers",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const [calibration] = await calibrate(folder);
      const made = await lineside([
        ...["quantize", parts, "--from", calibration, "--targets", "tensorrt"],
        ...["--output", folder],
      ]);
      assert.equal(made.code, 0, made.stderr);
      const { code, stdout, stderr } = await lineside([
        ...["evaluate", `${folder}/parts-n.int8.tensorrt.onnx`, "--against", parts],
        ...["--images", `${folder}/frames`, "--json", "--engine", "threads=1"],
      ], { env: { XDG_CACHE_HOME: `${folder}/cache` } });
      assert.equal(code, 0, stderr);
      const { agreement } = JSON.parse(stdout);
      console.log(`TensorRT's form against float: ${JSON.stringify(agreement)}`);
      // Less than a fifth is found as the file stands.
      assert.ok(agreement.recall > 0.95, stdout);
    }),
});

const trained = shared("tensorrt/yolov8n_b8_qdq_everywhere.onnx");
Deno.test({
  name: "unsigned activations are the signed ones, 128 higher; weights stay as they are",
  ignore: skipped("signed Q/DQ", { "../shared/data/tensorrt": trained }),
  fn() {
    const model = readModel(trained!);
    const unsigned = unsignedActivations(model)!;
    assert.equal(dirname(unsigned.path), dirname(trained!));
    const [a, b] = [model, unsigned].map((one) => new GraphIndex(one.graph));
    let activations = 0;
    model.graph.node.forEach((node, i) => {
      const other = unsigned.graph.node[i]!;
      assert.deepEqual([other.opType, other.output], [node.opType, node.output]);
      if (node.opType !== "QuantizeLinear" || a!.constant(node.input[0]!)) return;
      activations++;
      assert.equal(other.input[1], node.input[1]);
      const zeros = [a!.constant(node.input[2]!), b!.constant(other.input[2]!)];
      assert.deepEqual(zeros.map((zero) => zero!.dataType), [3, 2]);
      assert.deepEqual([...zeros[1]!.rawData!], [128]);
    });
    assert.ok(activations > 50, `${activations}`);
    assert.equal(unsignedActivations(unsigned), undefined);
    assert.deepEqual(
      planQuantization(unsigned).existing!.weights,
      planQuantization(model).existing!.weights,
    );
  },
});
