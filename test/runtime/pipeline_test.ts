import assert from "node:assert/strict";
import { run } from "../../src/runtime/run.ts";
import { element, inFolder, planOf } from "../plans.ts";
import { shared, skipped } from "../shared.ts";

const clip = shared("video/bottle-detection.mp4");
const people = shared("video/vtest.mp4");
const model = shared("models/yolov8n_fp32_reconstructed.onnx");
const free = shared("models/yolov8n_deeppcb_dynamic.onnx") ??
  shared("models/yolov8n_deeppcb_fp32_dynamic.onnx");

const videoTest = (
  name: string,
  needs: Record<string, string | null>,
  test: (folder: string) => Promise<void>,
) => Deno.test({ name, ignore: skipped(name, needs), fn: () => inFolder(test) });

videoTest(
  "two clips share an engine: all frames, in order, tracked, none left over",
  { clip, people, model },
  async (folder) => {
    const report = await run(
      planOf(`
version: 1
cameras:
  bottles: { file: ${clip} }
  people: { file: ${people} }
engines:
  detector: { model: ${model} }
elements:
  - letterbox: {}
  - infer: detector
  - nms: { score: 0.1 }
  - track: bytetrack
  - events: "${folder}/{camera}.jsonl"
`),
      { frames: 60 },
    ).done;
    assert.equal(report.liveFrames, 0);
    for (const [camera, label] of [["bottles", "bottle"], ["people", "person"]] as const) {
      const lines = (await Deno.readTextFile(`${folder}/${camera}.jsonl`)).trim().split("\n")
        .map((line) => JSON.parse(line));
      assert.deepEqual(lines.map(({ frame }) => frame), Array.from({ length: 60 }, (_, i) => i));
      const found = lines.at(-1).detections.filter((one: { class: string }) => one.class === label);
      assert.ok(found.length > 0, `no ${label} in the last frame`);
      assert.ok(found.some((one: { track?: number }) => one.track! > 0));
      for (const { width, height, detections } of lines) {
        for (const { box: [x1, y1, x2, y2], score } of detections) {
          assert.ok(x1 >= 0 && y1 >= 0 && x2 <= width && y2 <= height && x1 < x2 && y1 < y2);
          assert.ok(score > 0 && score <= 1);
        }
      }
    }
    for (const { id, count, time } of report.elements) {
      assert.equal(count, 60, id);
      assert.ok(time!.p50 > 0 && time!.p50 <= time!.p95 && time!.p95 <= time!.p99);
    }
    assert.equal(report.engines.length, 1);
    assert.equal(report.engines[0]!.frames, 120);
  },
);

videoTest("a file loses no frame, however slow its consumer", { clip }, async () => {
  const numbers: number[] = [];
  const slow = element("slow", (packet) => {
    numbers.push(packet.number);
    return packet.number % 50 ? packet : new Promise((done) => setTimeout(() => done(packet), 20));
  });
  const report = await run(planOf(
    `
version: 1
cameras: { c: { file: ${clip} } }
elements:
  - slow: {}
`,
    [slow],
  )).done;
  assert.deepEqual(numbers, Array.from({ length: 1189 }, (_, i) => i));
  assert.deepEqual([report.cameras[0]!.framesOut, report.cameras[0]!.drops], [1189, {}]);
});

videoTest("ten passes go on counting frames and time, and leave none", { clip }, async () => {
  const times: number[] = [];
  const look = element("look", (packet) => {
    times.push(packet.pts);
    return packet;
  });
  const report = await run(planOf(
    `
version: 1
cameras: { c: { file: ${clip}, stop: 1s, loop: 10 } }
elements:
  - look: {}
`,
    [look],
  )).done;
  const { framesOut, error } = report.cameras[0]!;
  assert.equal(error, undefined);
  assert.ok(framesOut % 10 === 0 && framesOut >= 290 && framesOut <= 310, `${framesOut}`);
  assert.ok(times.every((time, i) => i === 0 || time > times[i - 1]!));
  assert.equal(report.liveFrames, 0);
});

videoTest("a clip that breaks off gives what it has, then fails", { clip }, async (folder) => {
  const whole = await Deno.readFile(clip!);
  await Deno.writeFile(`${folder}/cut.mp4`, whole.subarray(0, whole.length >> 1));
  await Deno.writeFile(`${folder}/empty.mp4`, new Uint8Array());
  const report = await run(planOf(`
version: 1
cameras:
  whole: { file: ${clip}, stop: 1s }
  cut: { file: ${folder}/cut.mp4 }
  empty: { file: ${folder}/empty.mp4 }
  absent: { file: ${folder}/absent.mp4 }
elements:
  - "null": {}
`)).done;
  const [whole_, cut, empty, absent] = report.cameras;
  assert.equal(whole_!.state, "ended");
  for (const camera of [cut, empty, absent]) {
    assert.equal(camera!.state, "failed");
    assert.match(camera!.error!, new RegExp(`${camera!.name}\\.mp4`));
    assert.equal(camera!.framesIn, camera!.framesOut);
  }
  assert.equal(report.liveFrames, 0);
});

videoTest("a model is checked before anything runs", { clip, model }, async (folder) => {
  const plan = (model: string, size: string) =>
    planOf(`
version: 1
cameras: { c: { file: ${clip} } }
elements:
  - letterbox: ${size}
  - infer: { model: ${model} }
  - nms: {}
  - "null": {}
`);
  await assert.rejects(
    run(plan(model!, "{ size: 416 }")).done,
    /^PipelineError: test\.yaml:5:5 error: letterbox: size is 416x416, but .* takes 640x640 only/,
  );
  await Deno.writeTextFile(`${folder}/text.onnx`, "this is no model");
  await assert.rejects(run(plan(`${folder}/text.onnx`, "{}")).done, /text\.onnx/);
  await Deno.writeFile(`${folder}/cut.onnx`, (await Deno.readFile(model!)).subarray(0, 1000000));
  await assert.rejects(run(plan(`${folder}/cut.onnx`, "{}")).done, /cut\.onnx/);
  await assert.rejects(run(plan(`${folder}/absent.onnx`, "{}")).done, /absent\.onnx/);
});

videoTest("a model of free size takes the letterbox's", { clip, free }, async () => {
  const plan = (size: string) =>
    planOf(`
version: 1
cameras: { c: { file: ${clip} } }
elements:
  - letterbox: ${size}
  - infer: { model: ${free} }
  - nms: {}
  - "null": {}
`);
  await assert.rejects(run(plan("{}")).done, /takes any input size: say which, size: 640/);
  const report = await run(plan("{ size: 320x192 }"), { frames: 5 }).done;
  assert.equal(report.cameras[0]!.error, undefined);
  assert.equal(report.cameras[0]!.framesOut, 5);
});

videoTest("frames of two cameras share batches", { clip, people, free }, async () => {
  const report = await run(
    planOf(`
version: 1
cameras:
  a: { file: ${clip} }
  b: { file: ${people} }
elements:
  - letterbox: { size: 320 }
  - infer: { model: ${free}, batch: 4, maxDelay: 50ms }
  - nms: {}
  - "null": {}
`),
    { frames: 24 },
  ).done;
  assert.deepEqual(report.cameras.map(({ framesOut }) => framesOut), [24, 24]);
  assert.ok(Number(report.engines[0]!.meanBatch) > 1, `${report.engines[0]!.meanBatch}`);
});

videoTest("an element can read what the native ones leave behind", { clip, model }, async () => {
  const shapes: (readonly number[])[] = [];
  const look = element("look", (packet) => {
    shapes.push(packet.frame.tensor(0).shape);
    return packet;
  });
  for (
    const chain of [
      "  - letterbox: 320x192",
      `  - letterbox: {}\n  - infer: { model: ${model} }`,
    ]
  ) {
    const plan = planOf(
      `
version: 1
cameras: { c: { file: ${clip} } }
elements:
${chain}
  - look: {}
`,
      [look],
    );
    const report = await run(plan, { frames: 1 }).done;
    assert.equal(report.cameras[0]!.error, undefined);
    assert.equal(report.liveFrames, 0);
  }
  assert.deepEqual(shapes, [[1, 3, 192, 320], [1, 84, 8400]]);
});

videoTest(
  "a live-paced clip at twice what its consumer can do drops by cause",
  { clip },
  async () => {
    const slow = element(
      "slow",
      (packet) => new Promise((done) => setTimeout(() => done(packet), 66)),
    );
    const report = await run(planOf(
      `
version: 1
cameras: { c: { file: ${clip}, realtime: true, stop: 3s, queue: 2, policy: drop-oldest } }
elements:
  - slow: {}
    queue: { size: 1, policy: block }
`,
      [slow],
    )).done;
    const { framesIn, framesOut, drops } = report.cameras[0]!;
    const dropped = Object.values(drops).reduce((sum, count) => sum + count, 0);
    assert.equal(framesIn, framesOut + dropped);
    assert.ok(drops["drop-oldest"]! > 20, JSON.stringify(drops));
    assert.ok(framesIn >= 85 && framesIn <= 92, `${framesIn}`);
    assert.ok(report.elements[0]!.queue.peak <= 1);
  },
);
