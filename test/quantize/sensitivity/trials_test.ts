import assert from "node:assert/strict";
import { join } from "node:path";
import { type NativeRuntime, openNative } from "../../../src/native/mod.ts";
import type { OnnxModel } from "../../../src/onnx/mod.ts";
import { floats, floatTensor } from "../../../src/onnx/tensor.ts";
import { evenly } from "../../../src/quantize/calibration/mod.ts";
import { openSubject, type Subject } from "../../../src/quantize/subject.ts";
import { Trials } from "../../../src/quantize/sensitivity/trials.ts";
import { withFolder } from "../../cli/lineside.ts";
import { clipFrames, noBackend, parts } from "../../runtime/int8/material.ts";

/** The same model with one convolution's weights a little greater. */
function disturbed(model: OnnxModel, factor: number): OnnxModel {
  const copy = model.clone();
  const { initializer } = copy.graph;
  const at = initializer.findIndex(({ dims }) => dims?.length === 4);
  const { name, dims } = initializer[at]!;
  const values = floats(initializer[at]!).map((value) => value * factor);
  initializer[at] = floatTensor(name!, dims!.map(Number), values);
  return copy;
}

/** Opens trials on so many frames of the line, of the model in float. */
function withTrials(
  count: number,
  use: (trials: Trials, subject: Subject) => Promise<void>,
  prepare: (native: NativeRuntime) => void = () => {},
): Promise<void> {
  return withFolder(async (folder) => {
    const subject = await openSubject(parts, [], []);
    await clipFrames(folder, 1);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const images = evenly(names, count).map((name) => join(folder, name));
    const native = openNative();
    prepare(native);
    const trials = await Trials.open({ native, subject, size: subject.sizes[0]!, images });
    try {
      await use(trials, subject);
    } finally {
      await trials.close();
      await native.close();
    }
  });
}

Deno.test({
  name: "trials: a model is run on the first pictures, on the others if asked, and once",
  ignore: await noBackend("trials"),
  fn: () =>
    withTrials(8, async (trials, subject) => {
      let loads = 0;
      const load = trials.with.bind(trials);
      trials.with = (...given) => {
        loads++;
        return load(...given);
      };
      assert.deepEqual(await trials.error(subject.prepared, 8), { first: 0, all: 0 });
      const worse = disturbed(subject.prepared, 1.05);
      const ended = await trials.error(worse, 8, () => false);
      assert.ok(ended.first > 0);
      assert.equal(ended.all, Infinity);
      // Ended once, it is run when all pictures are wanted; after that it never is.
      const asked: number[] = [];
      const goOn = (first: number) => asked.push(first) > 0;
      const whole = await trials.error(worse, 8, goOn);
      assert.equal(loads, 3);
      assert.equal(whole.first, ended.first);
      assert.ok(whole.all > 0 && whole.all < Infinity);
      assert.deepEqual(asked, [ended.first]);
      assert.deepEqual(await trials.error(disturbed(subject.prepared, 1.05), 8, goOn), whole);
      assert.deepEqual(await trials.error(worse, 8, () => false), ended);
      assert.equal(loads, 3);
      assert.notDeepEqual(await trials.error(worse, 4), whole);
      assert.notDeepEqual(await trials.error(disturbed(subject.prepared, 1.1), 8), whole);
      assert.equal(loads, 5);
    }),
});

Deno.test({
  name: "trials: models are timed against one that is loaded once",
  ignore: await noBackend("trials"),
  fn: () => {
    let loads = 0;
    return withTrials(2, async (trials, subject) => {
      assert.equal(loads, 1);
      const rival = await trials.rival(subject.prepared);
      for (const factor of [1, 1.05]) {
        const slowdown = await rival.slowdown(disturbed(subject.prepared, factor));
        assert.ok(slowdown > -100 && slowdown < Infinity, `${slowdown} %`);
      }
      await rival.close();
      assert.equal(loads, 4);
    }, (native) => {
      const openEngine = native.openEngine.bind(native);
      native.openEngine = (...given) => {
        loads++;
        return openEngine(...given);
      };
    });
  },
});
