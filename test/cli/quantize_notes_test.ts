import assert from "node:assert/strict";
import { cacheNote, depthwiseNote, floatNote } from "../../src/cli/quantize/notes.ts";
import type { QuantGroup } from "../../src/quantize/graph/mod.ts";

const groups = (depthwise: number, others: number) =>
  [
    ...Array.from({ length: depthwise }, () => ({ kind: "depthwise" })),
    ...Array.from({ length: others }, () => ({ kind: "convolution" })),
  ] as QuantGroup[];

Deno.test("a note on depthwise convolutions: where there are many of them", () => {
  assert.match(depthwiseNote(groups(30, 90)), /^for TensorRT 30 depthwise convolutions stay float/);
  assert.match(depthwiseNote(groups(1, 9)), /16 bits as a whole may be faster than INT8/);
  for (const few of [groups(1, 10), groups(0, 60), []]) assert.equal(depthwiseNote(few), "");
});

Deno.test("notes on what is float, and on what a cache can't leave so: none where there is none", () => {
  assert.equal(floatNote(["Mul", "Exp", "Mul"]), "float besides: 2 Mul, 1 Exp\n");
  assert.equal(floatNote([]), "");
  assert.match(cacheNote(1), /^in the cache 1 group is INT8 that was to be float/);
  assert.match(cacheNote(2), /^in the cache 2 groups are INT8 that were to be float/);
  assert.equal(cacheNote(0), "");
});
