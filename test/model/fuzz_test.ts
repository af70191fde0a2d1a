import assert from "node:assert/strict";
import { memorySource } from "../../src/model/bytes.ts";
import { contractOf } from "../../src/model/assemble.ts";
import { ModelError } from "../../src/model/error.ts";
import { parseNames } from "../../src/model/labels.ts";
import { readModel } from "../../src/model/read.ts";
import { onnxBytes, ultralytics } from "./build.ts";

/** xorshift32: the same inputs on every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

Deno.test("100 000 damaged models are each read, or refused with a ModelError", () => {
  const next = random(1);
  const seeds = [
    onnxBytes({ metadata: ultralytics(3), output: [1, 7, 8400] }),
    onnxBytes({ input: [1, 3, 416, 416], output: [1, 3549, 85] }),
    onnxBytes({ input: ["batch", 3, "height", "width"], output: ["batch", "n", "anchors"] }),
  ];
  let refused = 0;
  for (let i = 0; i < 100_000; i++) {
    const bytes = seeds[i % seeds.length]!.slice();
    for (let edits = 1 + Math.floor(next() * 4); edits > 0; edits--) {
      bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
    }
    const cut = next() < 0.2 ? Math.floor(next() * bytes.length) : bytes.length;
    try {
      contractOf(readModel(memorySource(bytes.subarray(0, cut)), "m.onnx"), "m.onnx");
    } catch (error) {
      assert.ok(error instanceof ModelError, `input ${i}: ${error}`);
      refused++;
    }
  }
  assert.ok(refused > 20_000 && refused < 100_000, `${refused} refused`);
});

Deno.test("20 000 damaged class dictionaries are read or not, without an exception", () => {
  const next = random(2);
  const whole = `{0: 'person', 1: "it's", 2: 'caf\\u00e9', 3: 'a\\'b'}`;
  for (let i = 0; i < 20_000; i++) {
    const letters = [...whole];
    for (let edits = 0; edits < 3; edits++) {
      letters[Math.floor(next() * letters.length)] = `{}[]()'":,\\x01u `[
        Math.floor(next() * 16)
      ]!;
    }
    const names = parseNames(letters.join(""));
    assert.ok(names === undefined || names.every((name) => typeof name === "string"));
  }
});
