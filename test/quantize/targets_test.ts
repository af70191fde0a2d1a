import assert from "node:assert/strict";
import { floatNames } from "../../src/quantize/cache_names.ts";
import type { QuantGroup } from "../../src/quantize/graph/mod.ts";
import { openSubject } from "../../src/quantize/subject.ts";
import { activeGroups, floatGroups, type Target, targets } from "../../src/quantize/targets.ts";
import { repository } from "../shared.ts";

const subject = await openSubject(repository("pipelines/assets/parts-n.onnx"), [], []);
const { groups } = subject.plan;
const find = (test: (group: QuantGroup) => boolean) => groups.find(test)!;
const fused = find(({ operators, last }) => operators.length > 1 && !last);
const sum = find(({ kind }) => kind === "sum");
const last = find((group) => group.last);

Deno.test("groups in INT8: sums for TensorRT alone, the last ones not by a cache", () => {
  const active = (target: Target, ...float: string[]) =>
    activeGroups(subject, target, new Set(float)).map(({ id }) => id);
  assert.equal(active("tensorrt").length, groups.length);
  assert.deepEqual(targets.map((target) => active(target).includes(sum.id)), [false, true, true]);
  assert.deepEqual(targets.map((target) => active(target).includes(last.id)), [true, true, false]);
  for (const target of ["openvino", "tensorrt"] as const) {
    assert.deepEqual(
      active(target).filter((id) => id !== fused.id),
      active(target, fused.id),
    );
  }
});

Deno.test("a cache keeps no group float that TensorRT 8 computes with its activation function", () => {
  const names = (...float: string[]) => floatNames(subject, new Set(float));
  const none = names();
  assert.ok(none.has(last.output) && !none.has(fused.output) && !none.has(fused.node));
  assert.deepEqual(names(fused.id, sum.id, last.id), none);
  const active = activeGroups(subject, "cache", new Set([fused.id, sum.id]));
  assert.ok(active.includes(fused) && active.includes(sum));
});

Deno.test("a cache leaves out a convolution's range where it and its readers have Relu or nothing", () => {
  const kept = (operators: (group: QuantGroup) => string[]) => {
    const plan = {
      ...subject.plan,
      groups: groups.map((group) => ({ ...group, operators: operators(group) })),
    };
    const other = { ...subject, plan };
    // The stem, and what alone reads it.
    const [stem, second] = plan.groups;
    assert.deepEqual(second!.reads, [stem!.output]);
    const float = floatNames(other, new Set([stem!.id])).has(stem!.output);
    const active = activeGroups(other, "cache", new Set([stem!.id])).some(({ id }) =>
      id === stem!.id
    );
    assert.equal(active, !float);
    return float;
  };
  const [stem, second] = [groups[0]!.id, groups[1]!.id];
  assert.ok(kept(() => ["Conv"]));
  assert.ok(kept(({ id }) => id === stem ? ["Conv", "Relu"] : ["Conv"]));
  assert.ok(kept(({ id }) => id === second ? ["Conv", "Relu"] : ["Conv"]));
  assert.ok(!kept(({ id }) => id === stem ? ["Conv", "Sigmoid", "Mul"] : ["Conv"]));
  assert.ok(!kept(({ id }) => id === second ? ["Conv", "Sigmoid", "Mul"] : ["Conv"]));
});

Deno.test("groups that a calibration keeps float: TensorRT's own, where it has such", () => {
  const ids = (target: Target, float?: string[], floatTensorrt?: string[]) => [
    ...floatGroups({ ...float && { float }, ...floatTensorrt && { floatTensorrt } }, target),
  ];
  for (const target of targets) {
    assert.deepEqual(ids(target), []);
    assert.deepEqual(ids(target, ["a"]), ["a"]);
    assert.deepEqual(ids(target, ["a"], []), target === "openvino" ? ["a"] : []);
    assert.deepEqual(ids(target, undefined, ["b"]), target === "openvino" ? [] : ["b"]);
  }
});
