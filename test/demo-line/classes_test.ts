import assert from "node:assert/strict";
import { categoryId, classes } from "../../scripts/demo-line/classes.ts";

Deno.test("the classes are the kinds, then each kind's defects", () => {
  assert.deepEqual(classes.map(({ name }) => name), [
    ...["washer", "nut", "bolt", "cap", "bearing"],
    ...["washer:scratch", "washer:chip", "washer:missing-hole", "washer:particle"],
    ...["nut:scratch", "nut:chip", "nut:missing-hole", "nut:particle"],
    ...["bolt:scratch", "bolt:chip", "bolt:particle"],
    ...["cap:scratch", "cap:chip", "cap:particle"],
    ...["bearing:scratch", "bearing:chip", "bearing:missing-hole", "bearing:particle"],
  ]);
  assert.equal(categoryId("washer", null), 1);
  assert.equal(categoryId("bearing", "particle"), 23);
  assert.throws(() => categoryId("bolt", "missing-hole"), /bolt has no defect missing-hole/);
});
