import assert from "node:assert/strict";
import { GraphIndex, type OnnxModel } from "../../../src/onnx/mod.ts";
import { placeQuantizers } from "../../../src/quantize/export/placement.ts";
import { planQuantization } from "../../../src/quantize/graph/mod.ts";
import { c2f, pyramid } from "./build.ts";

/** `tensor>reader reader`, with `=class` where it is not the tensor's own, `!` where scaled anew. */
function placed(
  model: OnnxModel,
  widths: Record<string, number>,
  wishes: { shareWithin?: number; keep?: string[]; sums?: boolean; everywhere?: boolean } = {},
) {
  const plan = planQuantization(model);
  const ranges = new Map(plan.tensors.map((name) => [name, { min: 0, max: widths[name] ?? 1 }]));
  const quantizers = placeQuantizers(new GraphIndex(model.graph), plan, {
    active: plan.groups.filter(({ id, kind }) =>
      !wishes.keep?.includes(id) && (wishes.sums || kind !== "sum")
    ),
    ranges,
    shareWithin: wishes.shareWithin ?? 1,
    everywhere: wishes.everywhere,
  });
  const alike = new Map<string, string[]>();
  for (const { tensor, scaleClass } of quantizers) {
    alike.set(scaleClass, [...alike.get(scaleClass) ?? [], tensor]);
  }
  return {
    points: quantizers.map(({ tensor, uses, again }) =>
      `${tensor}${again ? "!" : ""}>${uses.map(({ node }) => node.output[0]).join(" ")}`
    ),
    ranges: Object.fromEntries(quantizers.map(({ tensor, range }) => [tensor, range.max])),
    shared: [...alike.values()].filter((tensors) => tensors.length > 1),
  };
}

Deno.test("a C2f block: one scale where all are alike", () => {
  const { points, shared } = placed(c2f(), {}, { shareWithin: 1 });
  assert.deepEqual(points, ["x>a.c", "a>a0", "b>c.c", "d>e", "f>y.c"]);
  assert.deepEqual(shared, [["a", "d"]]);
});

Deno.test("a C2f block: scaled anew at the Concat where it is wider", () => {
  const widths = { d: 4, e: 4 };
  const { points, shared } = placed(c2f(), widths, { shareWithin: 2 });
  // `a0` and `a1` have the scale of `a`, and at the Concat that of `e`, as `d` has from the start.
  assert.deepEqual(points, ["x>a.c", "a>a0", "b>c.c", "a0>e", "a1>e", "d>e", "f>y.c"]);
  assert.deepEqual(shared, [["a0", "a1", "d"]]);
  assert.deepEqual(placed(c2f(), widths, { shareWithin: 4 }).shared, [["a", "d"]]);
});

Deno.test("a residual sum reads INT8 only if that is wished for", () => {
  const float = placed(c2f(), { d: 9, e: 9 });
  assert.ok(!float.points.some((point) => point.startsWith("c>")));
  const { points } = placed(c2f(), { d: 9, e: 9 }, { sums: true });
  assert.ok(points.includes("c>d"), `${points}`);
});

Deno.test("what stays float reads float, and the rest is as it was", () => {
  const { points } = placed(c2f(), {}, { keep: ["b"] });
  // The convolution kept float reads a part of the Split: so `a` is not quantised before it.
  assert.deepEqual(points, ["x>a.c", "b>c.c", "a0>e", "a1>e", "d>e", "f>y.c"]);
  assert.deepEqual(placed(c2f(), {}, { keep: ["a", "b", "c", "f", "y"] }).points, []);
});

Deno.test("INT8 goes through poolings, and what is resized is scaled anew before it grows", () => {
  const { points, shared } = placed(pyramid(), { t: 8, big: 8, r: 4, q: 4 });
  assert.deepEqual(points, ["x>big.c a.c", "a>p m1", "q>v.c", "q!>r", "big>t", "z>y.c"]);
  assert.deepEqual(shared, [["q", "big"]]);
});

Deno.test("a scale is for all that it reaches, pooled tensors too", () => {
  assert.deepEqual(placed(pyramid(), { a: 3, m1: 4, m2: 5, p: 4.5 }).ranges.a, 5);
});

Deno.test("Q/DQ everywhere: behind what passes INT8 on as well, in the same scale", () => {
  const { points, shared } = placed(pyramid(), {}, { everywhere: true, sums: true });
  assert.deepEqual(points.toSorted(), [
    ...["a>p m1", "big>t", "m1>m2 p", "m2>p", "p>q.c", "q>r v.c", "r>t", "t>u.c", "u>z", "v>w"],
    ...["w>z", "x>big.c a.c", "z>y.c"],
  ]);
  assert.deepEqual(shared.map((tensors) => tensors.toSorted().join(" ")).toSorted(), [
    ...["a m1 m2 p", "big q r t", "v w"],
  ]);
});
