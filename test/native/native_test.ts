import assert from "node:assert/strict";
import { Drawing, NativeError, openNative } from "../../src/native/mod.ts";
import type { NativeRuntime } from "../../src/native/mod.ts";
import type { Frame } from "../../src/runtime/packet.ts";

const using = async (test: (native: NativeRuntime) => Promise<void> | void) => {
  const native = openNative();
  try {
    await test(native);
    assert.equal(native.liveFrames(), 0);
  } finally {
    assert.equal(await native.close(), 0);
  }
};

const grey = (native: NativeRuntime, number = 0, value = 7): Frame =>
  native.createFrame("GREY", 8, 4, new Uint8Array(32).fill(value), number / 10, number);

Deno.test("closing does not wait for a pending wait", async () => {
  const native = openNative();
  await new Promise((done) => setTimeout(done, 50));
  const began = performance.now();
  assert.equal(await native.close(), 0);
  assert.ok(performance.now() - began < 2000);
  assert.equal(await native.close(), 0);
});

Deno.test("a frame is made, read, and counted until its last release", () =>
  using((native) => {
    const frame = native.createFrame(
      "RGB",
      2,
      1,
      Uint8Array.of(255, 0, 0, 0, 0, 255),
      0.5,
      3,
    );
    assert.equal(native.liveFrames(), 1);
    assert.deepEqual([frame.width, frame.height, frame.format], [2, 1, "RGB"]);
    assert.deepEqual([...frame.read("RGB")], [255, 0, 0, 0, 0, 255]);
    frame.retain();
    frame.release();
    assert.equal(native.liveFrames(), 1);
    frame.release();
    assert.equal(native.liveFrames(), 0);
    assert.throws(() => frame.release(), /released after its last reference/);
    assert.throws(() => frame.retain(), /retained after its last reference/);
    assert.throws(() => frame.read("RGB"), /read after its last reference/);
  }));

Deno.test("bytes that are no picture of that size are refused", () =>
  using((native) => {
    assert.throws(
      () => native.createFrame("RGB", 8, 8, new Uint8Array(10), 0, 0),
      (error) => error instanceof NativeError && /192|10/.test(error.message),
    );
  }));

Deno.test("what was not given back is counted at the end, and harmless after it", async () => {
  const native = openNative();
  const frame = grey(native);
  assert.equal(await native.close(), 1);
  frame.release();
  assert.throws(() => frame.read("GREY"), /after its last reference/);
});

Deno.test("thousands of jobs are answered, each with its own frame", () =>
  using(async (native) => {
    const chain = native.createChain({
      letterbox: { width: 8, height: 8, layout: "NCHW", type: "f32", order: "RGB", scale: 1 },
    }, []);
    const count = 3000;
    let left = count;
    const all = Promise.withResolvers<void>();
    for (let i = 0; i < count; i++) {
      const submitted = grey(native, i, i % 256);
      chain.submit(submitted, (error, frame, detections) => {
        try {
          assert.equal(error, undefined);
          assert.equal(detections, undefined);
          assert.notEqual(frame.handle, submitted.handle);
          if (i % 500 === 0) {
            const tensor = frame.tensor(0);
            assert.deepEqual(tensor.shape, [1, 3, 8, 8]);
            assert.equal(tensor.type, "f32");
            // The picture lies in the middle rows, the padding around it.
            assert.equal(tensor.data[0], 114);
            assert.equal(tensor.data[4 * 8], i % 256);
          }
          frame.release();
        } catch (fault) {
          all.reject(fault);
        }
        if (--left === 0) all.resolve();
      });
    }
    await all.promise;
    await chain.close();
  }));

Deno.test("wrong configurations and files are errors that say what is wrong", () =>
  using(async (native) => {
    assert.throws(
      () => native.createChain({ letterbox: { width: "wide", height: 8 } }, []),
      (error) =>
        error instanceof NativeError && error.status === "config" && /width/.test(error.message),
    );
    assert.throws(() => native.createChain({}, []), NativeError);
    await assert.rejects(
      native.openEngine({ backend: "openvino", model: "no-such-model.onnx" }),
      (error) => error instanceof NativeError && /no-such-model\.onnx/.test(error.message),
    );
    await assert.rejects(
      native.openSink({ kind: "record", location: "/no/such/folder/a.mp4", fps: 10 }).then(
        async (sink) => {
          await sink.push(grey(native)).catch(() => {});
          await sink.close();
        },
      ),
      (error) => error instanceof NativeError && /\/no\/such\/folder/.test(error.message),
    );
  }));

Deno.test("a source that can't be opened fails, and closes", () =>
  using(async (native) => {
    const failed = Promise.withResolvers<Error>();
    let source;
    try {
      source = native.openSource({ kind: "file", location: "no-such-clip.mp4" }, {
        opened: () => failed.reject(new Error("it opened")),
        frame: (frame) => frame.release(),
        end() {},
        failed: failed.resolve,
      });
    } catch (error) {
      failed.resolve(error as Error);
    }
    assert.match((await failed.promise).message, /no-such-clip\.mp4/);
    await source?.close();
  }));

Deno.test("shapes are drawn on a copy", () =>
  using(async (native) => {
    const frame = native.createFrame("RGB", 32, 32, new Uint8Array(32 * 32 * 3), 0, 0);
    const drawing = new Drawing().filledBox([8, 8, 24, 24], 0xffffffff)
      .label("née 42", 0, 8, 0x00ff00ff, 8);
    const drawn = await native.overlay(frame.retain(), drawing);
    assert.notEqual(drawn.handle, frame.handle);
    assert.ok(frame.read("RGB").every((value) => value === 0));
    assert.ok(drawn.read("GREY")[16 * 32 + 16]! > 200);
    frame.release();
    drawn.release();
  }));

Deno.test("a drawing grows with its shapes and can be used again", () => {
  const drawing = new Drawing();
  for (let i = 0; i < 500; i++) {
    drawing.box([i, 0, 1, 1], 0xff, 1).label("x".repeat(20), 0, 0, 0, 9);
  }
  assert.equal(drawing.count, 1000);
  assert.equal(drawing.shapes.length, 40000);
  assert.equal(drawing.text.length, 10000);
  const view = new DataView(drawing.shapes.slice().buffer);
  assert.equal(view.getFloat32(998 * 40 + 4, true), 499);
  assert.deepEqual([view.getUint32(999 * 40 + 28, true), view.getUint32(999 * 40 + 32, true)], [
    9980,
    20,
  ]);
  assert.equal(drawing.clear().count, 0);
  assert.equal(drawing.text.length, 0);
});

Deno.test("devices and counters are told as JSON", () =>
  using((native) => {
    const { cameras, encoders, decoders, backends } = native.devices();
    for (const list of [cameras, encoders, decoders, backends]) assert.ok(Array.isArray(list));
    assert.equal(typeof native.statistics(), "object");
    assert.match(native.version, /^\d+\.\d+\.\d+/);
  }));
