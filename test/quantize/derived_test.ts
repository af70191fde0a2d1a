import assert from "node:assert/strict";
import fc from "fast-check";
import { integerAttribute, makeNode } from "../../src/onnx/attributes.ts";
import { GraphIndex, type NodeMessage, type OnnxModel } from "../../src/onnx/mod.ts";
import {
  joined,
  rangeOf,
  sigmoidOf,
  type TensorHistogram,
} from "../../src/quantize/calibration/mod.ts";
import { cacheNames } from "../../src/quantize/cache_names.ts";
import { derivations, withDerived } from "../../src/quantize/derived_tensors.ts";
import { openSubject } from "../../src/quantize/subject.ts";
import { repository } from "../shared.ts";
import { histogramOfValues, tensorValues } from "./calibration/sketch.ts";

const near = (a: number, b: number, within: number) =>
  assert.ok(Math.abs(a - b) <= within * Math.max(Math.abs(a), Math.abs(b)), `${a}, not ${b}`);
const sigmoid = (x: number) => Math.fround(1 / (1 + Math.exp(-x)));

Deno.test("what others make side by side: the histogram that counting it gives", () => {
  fc.assert(fc.property(fc.array(tensorValues, { minLength: 1, maxLength: 4 }), (parts) => {
    const { meanAbsolute, ...made } = joined(
      "whole",
      parts.map((values, i) => histogramOfValues(values, 64, `part ${i}`)),
    );
    const { meanAbsolute: mean, ...counted } = histogramOfValues(parts.flat(), 64, "whole");
    assert.deepEqual(made, counted);
    near(meanAbsolute, mean, 1e-12);
  }));
});

Deno.test("what others make side by side: channels one after the other, and what is empty", () => {
  const channel = (max: number) => ({ min: 0, max, mean: max / 2 });
  const part = (values: number[], ...most: number[]): TensorHistogram => ({
    ...histogramOfValues(values, 64),
    channels: most.map(channel),
  });
  const { channels } = joined("whole", [part([1, 2], 1, 2), part([3], 3)]);
  assert.deepEqual(channels, [channel(1), channel(2), channel(3)]);
  const empty = joined("whole", [histogramOfValues([], 64), histogramOfValues([], 64)]);
  assert.deepEqual(empty, histogramOfValues([], 64, "whole"));
  const one = joined("whole", [histogramOfValues([], 64), histogramOfValues([-2, NaN], 64)]);
  assert.deepEqual(one, histogramOfValues([-2, NaN], 64, "whole"));
});

Deno.test("a sigmoid: its ends exactly, its percentiles within a bin of what it is of", () => {
  fc.assert(fc.property(tensorValues, (values) => {
    const of = histogramOfValues(values);
    const made = sigmoidOf("y", of);
    const counted = histogramOfValues(values.map(sigmoid), 4096, "y");
    const { count, min, max, exponent, notFinite } = counted;
    assert.deepEqual(
      [made.name, made.count, made.min, made.max, made.exponent, made.notFinite],
      ["y", count, min, max, exponent, notFinite],
    );
    assert.equal(made.bins.reduce((a, b) => a + b, 0), count);
    assert.ok(made.bins.every((value) => value >= 0 && Number.isInteger(value)));
    const bin = 2 ** of.exponent / 2048 / 4 + 2 ** exponent / 2048;
    assert.ok(Math.abs(made.meanAbsolute - counted.meanAbsolute) <= bin);
    for (const value of [90, 99.9, 99.999]) {
      const range = (one: TensorHistogram) =>
        rangeOf(one, { name: "percentile", value }, "symmetric").max;
      assert.ok(Math.abs(range(made) - range(counted)) <= 2 * bin, `${value}`);
    }
  }));
  assert.deepEqual(sigmoidOf("y", histogramOfValues([], 64)).count, 0);
});

const subject = await openSubject(repository("pipelines/assets/parts-n.onnx"), [], []);

Deno.test("what follows: what Concat makes of what is counted, sigmoids where asked", () => {
  const { prepared, plan } = subject;
  const index = new GraphIndex(prepared.graph);
  const inner = cacheNames(subject);
  const tensors = [...plan.tensors, ...inner];
  const kind = (name: string) => index.producer(name)?.opType;
  const found = derivations(prepared, tensors, new Set(inner));
  const kinds = [...found.keys()].map(kind);
  const all = (operator: string) => tensors.filter((name) => kind(name) === operator);
  assert.equal(kinds.filter((one) => one === "Concat").length, all("Concat").length);
  assert.equal(kinds.filter((one) => one === "Sigmoid").length, all("Sigmoid").length);
  assert.ok(all("Concat").length > 5 && all("Sigmoid").length > 20);
  assert.equal(found.size, all("Concat").length + all("Sigmoid").length);
  // All that is told follows from what is counted, and stays in its order.
  const counted = tensors.filter((name) => !found.has(name));
  const histograms = new Map(counted.map((name, i) => [name, histogramOfValues([i], 64, name)]));
  const observed = { sizes: [{ width: 1, height: 1, histograms }], images: null!, warnings: [] };
  const told = withDerived(observed, tensors, found).sizes[0]!.histograms;
  assert.deepEqual([...told.keys()], tensors);
  assert.ok([...told].every(([name, one]) => one.name === name && one.count > 0));
  // Sigmoids whose channels matter are counted, and what has a part that is not asked for.
  assert.ok(
    [...derivations(prepared, tensors, new Set()).values()].every(({ by }) => by === "joined"),
  );
  const [concat] = all("Concat");
  const without = tensors.filter((name) => name !== found.get(concat!)!.from[0]);
  assert.ok(!derivations(prepared, without, new Set()).has(concat!));
});

Deno.test("what follows: what Split takes apart along the channels, parts never", () => {
  const node = (operator: string, from: string[], to: string[], axis: number) =>
    makeNode(operator, to[0]!, from, to, [integerAttribute("axis", axis)]);
  const of = (...nodes: NodeMessage[]) => {
    const graph = { node: nodes, initializer: [], input: [], output: [] };
    const tensors = nodes.flatMap(({ input, output }) => [...input, ...output]);
    const found = derivations({ graph } as unknown as OnnxModel, [...new Set(tensors)], new Set());
    return [...found].map(([name, { from }]) => [name, ...from]);
  };
  assert.deepEqual(of(node("Split", ["whole"], ["left", "right"], 1)), [[
    "whole",
    "left",
    "right",
  ]]);
  // What Concat makes is not taken from its parts twice, nor round in a circle.
  assert.deepEqual(
    of(
      node("Concat", ["a", "b"], ["whole"], 1),
      node("Split", ["whole"], ["left", "right"], 1),
      node("Concat", ["left", "right"], ["again"], 1),
    ),
    [["whole", "a", "b"], ["again", "left", "right"]],
  );
  assert.deepEqual(of(node("Split", ["whole"], ["left", "right"], 2)), []);
  assert.deepEqual(of(node("Concat", ["a", "b"], ["whole"], -1)), []);
});
