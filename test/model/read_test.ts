import assert from "node:assert/strict";
import { memorySource } from "../../src/model/bytes.ts";
import { ModelError } from "../../src/model/error.ts";
import { readModel, readModelFile } from "../../src/model/read.ts";
import { onnxBytes, ultralytics } from "./build.ts";

const text = (value: string) => new TextEncoder().encode(value);
const refuses = (bytes: Uint8Array, message: RegExp) =>
  assert.throws(() => readModel(memorySource(bytes), "m.onnx"), (error) => {
    assert.ok(error instanceof ModelError, String(error));
    assert.match(error.message, message);
    assert.match(error.message, /^m\.onnx: /);
    return true;
  });

Deno.test("reads an outline and leaves initialized inputs out", () => {
  const bytes = onnxBytes({ metadata: { names: "{0: 'a'}" }, operators: ["Conv", "Exp"] });
  const outline = readModel(memorySource(bytes), "m.onnx");
  assert.deepEqual(outline, {
    irVersion: 8,
    producer: "test",
    metadata: { names: "{0: 'a'}" },
    inputs: [{ name: "images", type: 1, shape: [1, 3, 640, 640] }],
    outputs: [{ name: "output0", type: 1, shape: [1, 84, 8400] }],
    operators: ["Conv", "Exp"],
  });
});

Deno.test("skips weights: of 200 MB only a little is read", () => {
  const whole = onnxBytes({ weights: 200_000_000 });
  let read = 0;
  const inner = memorySource(whole);
  const source = {
    size: inner.size,
    read: (offset: number, into: Uint8Array) => {
      read += into.length;
      return inner.read(offset, into);
    },
  };
  assert.equal(readModel(source, "m.onnx").inputs.length, 1);
  assert.ok(read < 200_000, `${read} bytes read`);
});

Deno.test("says what a file is that is no ONNX model", () => {
  refuses(new Uint8Array(0), /is empty \(0 bytes\)/);
  refuses(text("this is not a model, is it?\n"), /is a text file that begins "this is not/);
  refuses(text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), /Git LFS pointer/);
  refuses(text("PK\x03\x04........"), /ZIP archive/);
  refuses(text('<?xml version="1.0"?><net/>'), /XML file \(an OpenVINO model/);
  refuses(new Uint8Array(64).fill(0xff), /no ONNX model, or a damaged one: .*\(64 bytes in all\)/);
});

Deno.test("a truncated model is an error at every length, never a model", () => {
  const bytes = onnxBytes({ metadata: ultralytics(2) });
  const metadata = bytes.length - 200; // a cut between two metadata entries leaves a whole message
  for (let length = 1; length < metadata; length++) {
    refuses(bytes.slice(0, length), /no ONNX model|text file/);
  }
  refuses(bytes.slice(0, 60), /bytes long, but the file ends \d+ bytes on/);
});

Deno.test("says which file is missing, and the nearest there is", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/bottles.onnx`, onnxBytes({}));
    assert.equal(readModelFile(`${folder}/bottles.onnx`).irVersion, 8);
    assert.throws(() => readModelFile(`${folder}/botles.onnx`), /did you mean bottles\.onnx\?/);
    assert.throws(() => readModelFile(`${folder}/x.onnx`), /there is no such file$/);
    assert.throws(() => readModelFile(`${folder}/no/x.onnx`), /nor the folder/);
    assert.throws(() => readModelFile(folder), /is a folder/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
