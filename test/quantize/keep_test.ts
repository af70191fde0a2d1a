import assert from "node:assert/strict";
import { readModel } from "../../src/onnx/mod.ts";
import { planQuantization, prepare } from "../../src/quantize/graph/mod.ts";
import { keptGroups } from "../../src/quantize/keep.ts";
import { repository } from "../shared.ts";

const plan = planQuantization(prepare(readModel(repository("pipelines/assets/parts-n.onnx"))));
const kept = (head: boolean, ...patterns: string[]) => keptGroups(plan, { head, patterns });

Deno.test("the head, and groups that a pattern fits as a whole, stay float", () => {
  assert.equal(kept(true).size, 18);
  assert.deepEqual([...kept(false, "model.model.1")], ["model.model.1"]);
  assert.deepEqual([...kept(false, "model.model.2.cv?")], [
    ...["model.model.2.cv1", "model.model.2.cv2"],
  ]);
  assert.equal(kept(true, "*.cv3.*", "model.model.0").size, 19);
});

Deno.test("a pattern that fits nothing, and one that fits all, are refused", () => {
  assert.throws(() => kept(false, "model.model.O"), /no group fits.*nearest is `model\.model\.0`/);
  assert.throws(() => kept(false, "*"), /all groups are to stay float/);
});
