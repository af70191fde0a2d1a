import assert from "node:assert/strict";
import type { OnnxModel } from "../../../src/onnx/mod.ts";
import { SizedTrials } from "../../../src/quantize/sensitivity/sized_trials.ts";
import type { ErrorTrials, Trials } from "../../../src/quantize/sensitivity/trials.ts";

const model = {} as OnnxModel;

/** Trials at several sizes whose errors are said, and what they did, in order. */
function sized(...errors: { first: number; all: number; fails?: boolean }[]) {
  const log: string[] = [];
  const each = errors.map(({ first, all, fails }, size) => ({
    async error(...[, most, goOn]: Parameters<ErrorTrials["error"]>) {
      await Promise.resolve();
      if (fails) throw new Error(`${size} can't be loaded`);
      log.push(`${size}: first of ${most}`);
      if (!await goOn?.(first)) return { first, all: Infinity };
      log.push(`${size}: rest`);
      return { first, all };
    },
    close() {
      log.push(`${size}: closed`);
      return Promise.resolve();
    },
  }));
  return { trials: new SizedTrials(each as unknown as Trials[]), log };
}

Deno.test("trials at sizes: the error is the mean over sizes", async () => {
  const { trials, log } = sized({ first: 1, all: 2 }, { first: 4, all: 5 }, { first: 10, all: 11 });
  const asked: number[] = [];
  const error = await trials.error(model, 32, (first) => asked.push(first) > 0);
  assert.deepEqual(error, { first: 5, all: 6 });
  assert.deepEqual(asked, [5]);
  assert.deepEqual(log.slice(0, 3), ["0: first of 32", "1: first of 32", "2: first of 32"]);
  assert.deepEqual(log.slice(3).sort(), ["0: rest", "1: rest", "2: rest"]);
});

Deno.test("trials at sizes: where it ends after the first pictures, no size runs the others", async () => {
  const { trials, log } = sized({ first: 1, all: 2 }, { first: 4, all: 5 });
  assert.deepEqual(await trials.error(model, 8, () => false), { first: 2.5, all: Infinity });
  assert.deepEqual(log, ["0: first of 8", "1: first of 8"]);
});

Deno.test("trials at sizes: all pictures where nothing asks", async () => {
  const { trials } = sized({ first: 1, all: 2 }, { first: 4, all: 6 });
  assert.deepEqual(await trials.error(model, 8), { first: 2.5, all: 4 });
});

Deno.test("trials at sizes: what fails at one size fails, and no other waits for it", async () => {
  const { trials, log } = sized({ first: 1, all: 2 }, { first: 4, all: 5, fails: true });
  await assert.rejects(trials.error(model, 8, () => true), /1 can't be loaded/);
  assert.deepEqual(log, ["0: first of 8"]);
});

Deno.test("trials at sizes: what is worst of all sizes, and all are closed", async () => {
  const { trials, log } = sized({ first: 1, all: 2 }, { first: 4, all: 6 }, { first: 0, all: 3 });
  assert.equal(await trials.worst(async (one) => (await one.error(model, 1, () => true)).all), 6);
  assert.equal(trials.largest, trials.each[2]);
  log.length = 0;
  await trials.close();
  assert.deepEqual(log, ["0: closed", "1: closed", "2: closed"]);
});
