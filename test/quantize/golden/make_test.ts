import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { imageDecoder } from "../../../src/elements/image_decode.ts";
import { listImages } from "../../../src/elements/image_files.ts";
import { engineOptions } from "../../../src/elements/infer.ts";
import { inspectModel } from "../../../src/model/mod.ts";
import { openNative } from "../../../src/native/mod.ts";
import { letterboxPart } from "../../../src/quantize/calibration/instrumented.ts";
import { answersOf } from "../../../src/quantize/golden/answers.ts";
import { goldenDoubts } from "../../../src/quantize/golden/doubts.ts";
import type { GoldenPicture } from "../../../src/quantize/golden/golden.ts";
import { goldenPictures } from "../../../src/quantize/golden/make.ts";
import { mostBytes, shrunk } from "../../../src/quantize/golden/shrink.ts";
import { noBackend } from "../../runtime/int8/material.ts";
import { shared, skipped } from "../../shared.ts";

const dynamic = shared("models/yolov8n_deeppcb_fp32_dynamic.onnx");
const boards = shared("deeppcb/images");
const ignore = await noBackend("golden pictures") ||
  skipped("golden pictures", { "deeppcb model": dynamic, "deeppcb images": boards });

Deno.test({
  name: "golden pictures hold what the float model finds in exactly their bytes, at each size",
  ignore,
  async fn() {
    const native = openNative();
    try {
      const labels = ["open", "short", "mousebite", "spur", "copper", "pin-hole"];
      const contract = await inspectModel(dynamic!, { labels });
      const engine = engineOptions.parse({ model: dynamic!, threads: 1 });
      const sizes = [{ width: 320, height: 320 }, { width: 640, height: 640 }];
      const images = (await listImages(boards!)).slice(0, 4);
      const golden = await goldenPictures({ native, contract, engine, sizes, images });
      assert.equal(golden.length, 4);
      assert.deepEqual(goldenDoubts(golden), []);
      const decode = await imageDecoder();
      const pictures = await Promise.all(golden.map(({ image }) => {
        const bytes = Buffer.from(image, "base64");
        assert.ok(bytes.length <= mostBytes, `${bytes.length}`);
        return decode(bytes);
      }));
      assert.ok(golden.every(({ answers }) => answers.length === sizes.length));
      // Asked again, one size after the other, the float model says the same.
      for (const [at, size] of sizes.entries()) {
        const { handle, close } = await native.openEngine({
          ...{ model: dynamic!, precision: "fp32", threads: 1, batch: 1 },
          inputShape: [1, 3, size.height, size.width],
        });
        const letterbox = letterboxPart(contract, size);
        const again = await answersOf(
          { native, engine: handle, contract, letterbox },
          pictures,
          0.3,
        );
        golden.forEach(({ answers }, i) => {
          assert.deepEqual(
            again[i]!.map(({ classId }) => classId),
            answers[at]!.map((one) => one.class),
          );
          again[i]!.forEach(({ score }, n) =>
            assert.ok(Math.abs(score - answers[at]![n]!.score) < 1e-3)
          );
          assert.ok(answers[at]!.every(({ box }) => box[2] <= pictures[i]!.width + 1));
        });
        await close();
      }
      assert.ok(golden.some(({ answers }) => answers.every((one) => one.length > 0)));
    } finally {
      await native.close();
    }
  },
});

const raw = (width: number, height: number, value: (x: number, y: number) => number) => ({
  format: "GREY" as const,
  width,
  height,
  data: Uint8Array.from(
    { length: width * height },
    (_, i) => value(i % width, Math.floor(i / width)),
  ),
});

Deno.test("pictures are made small: no larger than the input, and below a number of bytes", async () => {
  const decode = await imageDecoder();
  const flat = await shrunk(raw(1000, 500, (x) => (x >> 5) % 2 * 255), 640);
  const decoded = await decode(flat);
  assert.deepEqual([decoded.width, decoded.height], [640, 320]);
  let seed = 1;
  const noise = await shrunk(
    raw(800, 800, () => (seed = seed * 16807 % 2147483647) % 256),
    640,
  );
  assert.ok(noise.length <= mostBytes, `${noise.length}`);
  assert.ok((await decode(noise)).width < 400);
  // A small one stays as large as it is.
  assert.equal((await decode(await shrunk(raw(64, 48, (x, y) => x * y % 256), 640))).width, 64);
});

Deno.test("a float model that finds nothing, or is sure of everything, is doubted", () => {
  const of = (...scores: number[]): GoldenPicture[] => [{
    file: "a.jpg",
    image: "",
    answers: [scores.map((score) => ({ class: 0, score, box: [0, 0, 1, 1] }))],
  }];
  assert.match(goldenDoubts(of())[0]!, /FINDS NOTHING/);
  assert.match(goldenDoubts(of(0.35, 0.39))[0]!, /FINDS NOTHING/);
  assert.match(goldenDoubts(of(1, 0.9999, 0.7))[0]!, /SURE OF EVERYTHING: 2 of 3 scores are 1/);
  assert.deepEqual(goldenDoubts(of(1, 0.9, 0.8)), []);
  assert.deepEqual(goldenDoubts([]), []);
});
