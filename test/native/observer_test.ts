import assert from "node:assert/strict";
import { NativeError, type NativeRuntime, openNative } from "../../src/native/mod.ts";
import type { Frame } from "../../src/runtime/packet.ts";

const using = async (test: (native: NativeRuntime) => Promise<void>) => {
  const native = openNative({ threads: 2 });
  try {
    await test(native);
    assert.equal(native.liveFrames(), 0);
  } finally {
    assert.equal(await native.close(), 0);
  }
};

/** Frames with a tensor of [1, 3, 8, 8] in which every pixel is `value`. */
async function letterboxed(native: NativeRuntime, values: number[]): Promise<Frame[]> {
  const chain = native.createChain({ letterbox: { width: 8, height: 8, scale: 1 } }, []);
  const frames = await Promise.all(values.map((value, number) => {
    const picture = native.createFrame("GREY", 8, 8, new Uint8Array(64).fill(value), 0, number);
    return new Promise<Frame>((resolve, reject) =>
      chain.submit(picture, (error, frame) => error ? reject(error) : resolve(frame))
    );
  }));
  await chain.close();
  return frames;
}

Deno.test("what frames hold is counted, the same in any order", () =>
  using(async (native) => {
    const values = Array.from({ length: 40 }, (_, i) => i * 6);
    const config = { tensors: [0], bins: 4096, channels: true, layout: "NCHW" as const };
    const forward = native.createObserver(config);
    const backward = native.createObserver(config);
    const frames = await letterboxed(native, values);
    for (const frame of frames) await forward.observe(frame.retain());
    await Promise.all(frames.toReversed().map((frame) => backward.observe(frame)));
    const seen = forward.read(0);
    assert.deepEqual(backward.read(0), seen);
    const sum = 192 * values.reduce((a, b) => a + b);
    assert.deepEqual({ ...seen, bins: [], channels: [] }, {
      count: 192 * 40,
      nans: 0,
      infinities: 0,
      min: 0,
      max: 234,
      sum,
      sumAbsolute: sum,
      exponent: 8,
      bins: [],
      channels: [],
    });
    assert.equal(seen.bins.length, 4096);
    values.forEach((value) => assert.equal(seen.bins[2048 + value * 8], 192));
    assert.equal(seen.bins.reduce((a, b) => a + b), 192 * 40);
    assert.deepEqual(
      seen.channels,
      Array(3).fill({ count: 64 * 40, sum: sum / 3, min: 0, max: 234 }),
    );
    await forward.close();
    await backward.close();
  }));

Deno.test("a frame without the tensor is refused, and not leaked", () =>
  using(async (native) => {
    const observer = native.createObserver({
      tensors: [1],
      bins: 64,
      channels: false,
      layout: "NCHW",
    });
    const [frame] = await letterboxed(native, [1]);
    await assert.rejects(
      observer.observe(frame!),
      (error) =>
        error instanceof NativeError && error.status === "format" &&
        /tensor 1 is to be observed, but the frame has 1 tensors/.test(error.message),
    );
    assert.equal(observer.read(0).count, 0);
    assert.throws(() => observer.read(1), /there is no histogram 1/);
    await observer.close();
    assert.throws(() => observer.read(0), NativeError);
  }));

Deno.test("a wrong configuration says what is wrong", () =>
  using((native) => {
    assert.throws(
      () => native.createObserver({ tensors: [0], bins: 1000, channels: false, layout: "NCHW" }),
      (error) => error instanceof NativeError && /bins: .*power of two/.test(error.message),
    );
    return Promise.resolve();
  }));
