import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Scheme } from "../../../src/quantize/calibration/mod.ts";
import { chooseForOpenvino, chooseForTensorrt } from "../../../src/quantize/sensitivity/choose.ts";
import type { ErrorTrials } from "../../../src/quantize/sensitivity/trials.ts";
import { activeGroups, measuredModel } from "../../../src/quantize/targets.ts";
import { modelBytes, type OnnxModel } from "../../../src/onnx/mod.ts";
import { calibration, subject } from "./scales.ts";

const { groups } = subject.plan;

const digest = (model: OnnxModel) => createHash("sha256").update(modelBytes(model)).digest("hex");

/** The model with that group alone in INT8. */
function alone(scheme: Scheme, id: string): string {
  const others = new Set(groups.map((group) => group.id).filter((one) => one !== id));
  return digest(measuredModel(subject, calibration, scheme, others));
}

/** What is asked of an analysis with the damages that are said, by group. */
function options(scheme: Scheme, keepFloat: readonly string[], damage: (id: string) => number) {
  const known = new Map(groups.map(({ id }) => [alone(scheme, id), id]));
  const looked: string[] = [];
  const phases = new Map<string, [number, number]>();
  const trials: ErrorTrials = {
    options: { subject },
    error(model) {
      const id = known.get(digest(model))!;
      looked.push(id);
      return Promise.resolve({ first: damage(id), all: damage(id) });
    },
  };
  const ticker = (phase: string, _unit: string, total: number) => () => {
    phases.set(phase, [(phases.get(phase)?.[0] ?? 0) + 1, total]);
  };
  const wishes = { auto: false, keepFloat: new Set(keepFloat) };
  return { looked, phases, given: { trials, calibration, ticker, ...wishes } };
}

Deno.test("damage in OpenVINO's form: of each group that can be in INT8, alone", async () => {
  const kept = groups[3]!.id;
  const { looked, phases, given } = options("asymmetric", [kept], (id) => id.length);
  const { damages, calibration: same } = await chooseForOpenvino(given);
  const active = activeGroups(subject, "openvino", new Set([kept])).map(({ id }) => id);
  assert.equal(same, calibration);
  assert.deepEqual(damages.map(({ group }) => group.id), active);
  assert.ok(damages.every(({ group: { id }, damage }) => damage === id.length));
  assert.deepEqual(looked.toSorted(), active.toSorted());
  assert.deepEqual([...phases], [["damage by group", [active.length, active.length]]]);
});

Deno.test("damage in TensorRT's form: sums too, but not what does next to none in OpenVINO's", async () => {
  const { looked, phases, given } = options("symmetric", [], (id) => id.length);
  const sums = groups.filter(({ kind }) => kind === "sum").map(({ id }) => id);
  const others = groups.filter(({ kind }) => kind !== "sum");
  const known = others.map((group, i) => ({ group, damage: i % 2 === 0 ? 1 : 0.015 }));
  const { damages } = await chooseForTensorrt(given, known);
  const harmful = known.filter(({ damage }) => damage === 1).map(({ group }) => group.id);
  assert.ok(sums.length > 0 && harmful.length > 20);
  assert.deepEqual(looked.toSorted(), [...sums, ...harmful].toSorted());
  assert.equal(phases.get("TensorRT: damage by group")?.[1], looked.length);
  assert.deepEqual(damages.map(({ group }) => group), groups);
  for (const { group: { id }, damage } of damages) {
    assert.equal(damage, looked.includes(id) ? id.length : 0.015);
  }
});
