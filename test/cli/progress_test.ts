import assert from "node:assert/strict";
import { progressText } from "../../src/cli/progress.ts";

const text = (done: number, seconds: number, width = 100) =>
  progressText("models/m.onnx", "images", { done, total: 100, seconds }, width);

Deno.test("the bar tells how many are done, how fast, and how long it takes", () => {
  assert.match(text(0, 0), /^models\/m\.onnx {2}░{24} {2}0\/100 {2}loading$/);
  assert.match(text(51, 10), /█{12}░{12} {2}51\/100 {2}5\.0 images\/s {2}9\.8 s left$/);
  assert.match(text(2, 10), /0\.1 images\/s {2}16:20 left$/);
  assert.match(
    text(100, 0.5),
    /^models\/m\.onnx {2}█{24} {2}100\/100 {2}198 images\/s {2}0\.0 s left$/,
  );
});

Deno.test("the bar never wraps", () => {
  for (let width = 10; width < 120; width++) {
    for (const done of [0, 1, 50, 100]) {
      assert.ok(text(done, done, width).length < width, `${width}: ${text(done, done, width)}`);
    }
  }
});
