import assert from "node:assert/strict";
import { good, lines, parse } from "./fixture.ts";

Deno.test("a right pipeline becomes a plan", () => {
  const { plan, diagnostics } = parse(good);
  assert.deepEqual(diagnostics, []);
  assert.ok(plan);
  assert.deepEqual(plan.cameras.map(({ name, source }) => [name, source.name]), [["clip", "file"]]);
  assert.equal(plan.cameras[0]!.options.location, "clip.mp4");
  assert.equal(plan.engines[0]!.options.model, "m.onnx");
  assert.deepEqual(
    plan.nodes.map(({ id, from, input, output }) => [id, from, input, output]),
    [
      ["letterbox", null, "image", "tensor"],
      ["infer", "letterbox", "tensor", "raw"],
      ["nms", "infer", "raw", "detections"],
      ["track", "nms", "detections", "tracks"],
      ["view", "track", "tracks", "tracks"],
      ["events", "track", "tracks", "tracks"],
    ],
  );
  assert.deepEqual(plan.nodes[0]!.options.size, { width: 640, height: 640 });
  assert.deepEqual(plan.nodes[0]!.link, { size: 4, policy: "block" });
  assert.equal(plan.nodes[0]!.timeout, 10);
  assert.deepEqual(plan.nodes[5]!.position, { file: "p.yaml", line: 14, column: 5 });
});

Deno.test("all mistakes are told at once, each at its place", () => {
  const text = good.replace("file: clip.mp4", "fil: clip.mp4").replace("score", "scor")
    .replace("- track", "- trak").replace("from: track", "from: trakc");
  assert.deepEqual(lines(parse(text)), [
    "3:11 error: unknown source `fil`: did you mean `file`?",
    "9:12 error: `nms` has no option `scor`: did you mean `score`?",
    "10:5 error: unknown element `trak`: did you mean `track`?",
    "13:11 error: there is no element `trakc`: there are `letterbox`, `infer`, `nms` and `view`",
  ]);
});
