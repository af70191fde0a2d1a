import assert from "node:assert/strict";
import type { Packet } from "../../src/runtime/packet.ts";
import type { BusMessage } from "../../src/runtime/report.ts";
import { run } from "../../src/runtime/run.ts";
import { element, inFolder, pictures, planOf } from "../plans.ts";

const never = () => new Promise<never>(() => {});

Deno.test("every picture passes every branch once, in order, and none is left over", () =>
  inFolder(async (folder) => {
    const seen: Record<string, number[]> = { a: [], b: [] };
    const note = (lane: string) => (packet: Packet) => {
      seen[lane]!.push(packet.number);
      return lane === "a" ? Promise.resolve(packet) : packet;
    };
    const running = run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 25)} } }
elements:
  - a: {}
  - "null": {}
  - from: a
    b: {}
`,
      [element("a", note("a")), element("b", note("b"))],
    ));
    const report = await running.done;
    const all = Array.from({ length: 25 }, (_, i) => i);
    assert.deepEqual(seen, { a: all, b: all });
    assert.equal(report.liveFrames, 0);
    const [camera] = report.cameras;
    assert.deepEqual(
      [camera!.state, camera!.framesIn, camera!.framesOut, camera!.drops],
      ["ended", 25, 25, {}],
    );
    assert.ok(camera!.latency!.p50 > 0 && camera!.fps > 0);
    assert.ok(
      report.elements.every(({ count, queue }) => count === 25 && queue.peak <= queue.size),
    );
  }));

for (
  const [fault, process, reason] of [
    ["throws", (packet: Packet) => {
      if (packet.number === 3) throw new Error("no glue on the label");
      return packet;
    }, /^odd: no glue on the label$/],
    [
      "rejects",
      (packet: Packet) => packet.number === 3 ? Promise.reject(new Error("offline")) : packet,
      /^odd: offline$/,
    ],
    [
      "never answers",
      (packet: Packet) => packet.number === 3 ? never() : packet,
      /^odd: no answer within 0.5 s on frame 3$/,
    ],
  ] as const
) {
  Deno.test(`an element that ${fault} ends its camera, with its reason, and no other`, () =>
    inFolder(async (folder) => {
      const messages: BusMessage[] = [];
      const odd = element("odd", {
        create: ({ camera }) => ({
          process: (packet) => camera === "bad" ? process(packet) : packet,
        }),
      });
      const running = run(
        planOf(
          `
version: 1
cameras:
  good: { images: ${await pictures(folder, 20, "good")} }
  bad: { images: ${await pictures(folder, 20, "bad")} }
elements:
  - odd: {}
    timeout: 500ms
  - events: ${folder}/{camera}.jsonl
`,
          [odd],
        ),
        { onMessage: (message) => messages.push(message) },
      );
      const report = await running.done;
      const [good, bad] = report.cameras;
      assert.deepEqual([good!.state, good!.framesOut], ["ended", 20]);
      assert.equal(bad!.state, "failed");
      assert.match(bad!.error!, reason);
      const dropped = Object.values(bad!.drops).reduce((sum, count) => sum + count, 0);
      assert.equal(bad!.framesIn, bad!.framesOut + dropped);
      assert.equal(report.liveFrames, 0);
      assert.ok(messages.some(({ level, camera }) => level === "error" && camera === "bad"));
      const lines = (await Deno.readTextFile(`${folder}/bad.jsonl`)).trim().split("\n");
      assert.deepEqual(lines.map((line) => JSON.parse(line).frame), [0, 1, 2]);
    }));
}

Deno.test("stop() finishes what is under way, closes, and leaves no frames", () =>
  inFolder(async (folder) => {
    const closed: string[] = [];
    const slow = element("slow", {
      create: ({ camera }) => ({
        process: (packet) => new Promise((done) => setTimeout(() => done(packet), 5)),
        close: () => void closed.push(camera),
      }),
    });
    const running = run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 5)}, loop: true } }
elements:
  - slow: {}
  - events: ${folder}/out.jsonl
`,
      [slow],
    ));
    while (running.report().cameras[0]!.framesOut < 12) {
      await new Promise((done) => setTimeout(done, 10));
    }
    const began = performance.now();
    const report = await running.stop();
    assert.ok(performance.now() - began < 10000);
    const [camera] = report.cameras;
    assert.equal(camera!.state, "ended");
    assert.equal(report.liveFrames, 0);
    assert.deepEqual(closed, ["c"]);
    const lines = (await Deno.readTextFile(`${folder}/out.jsonl`)).trim().split("\n");
    assert.deepEqual(lines.map((line) => JSON.parse(line).frame), lines.map((_, i) => i));
    assert.equal(lines.length, camera!.framesOut);
  }));

Deno.test("stop() gives up on what does not drain within its limit", () =>
  inFolder(async (folder) => {
    const stuck = element("stuck", { create: () => ({ process: never, close: never }) });
    const running = run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 5)} } }
elements:
  - stuck: {}
`,
      [stuck],
    ));
    while (running.report().cameras[0]!.framesIn < 1) {
      await new Promise((done) => setTimeout(done, 10));
    }
    const began = performance.now();
    const report = await running.stop();
    assert.ok(performance.now() - began < 10000);
    assert.match(report.cameras[0]!.error!, /^did not drain in time: stuck still at work$/);
    assert.equal(report.liveFrames, 0);
  }));

Deno.test("stopNow() ends at once", () =>
  inFolder(async (folder) => {
    const stuck = element("stuck", never);
    const running = run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 5)} } }
elements:
  - stuck: {}
`,
      [stuck],
    ));
    while (running.report().cameras[0]!.framesIn < 1) {
      await new Promise((done) => setTimeout(done, 10));
    }
    const report = await running.stopNow();
    assert.equal(report.cameras[0]!.error, "stopped at once");
    assert.equal(report.liveFrames, 0);
  }));

Deno.test("a run can be limited by frames and by time, and loops", () =>
  inFolder(async (folder) => {
    const plan = planOf(`
version: 1
cameras: { c: { images: ${await pictures(folder, 3)}, loop: true } }
elements:
  - "null": {}
`);
    const byFrames = await run(plan, { frames: 10 }).done;
    assert.deepEqual([byFrames.cameras[0]!.framesIn, byFrames.cameras[0]!.framesOut], [10, 10]);
    const byTime = await run(plan, { duration: 0.3 }).done;
    assert.equal(byTime.cameras[0]!.state, "ended");
    assert.ok(byTime.cameras[0]!.framesOut > 0);
    assert.equal(byTime.liveFrames, 0);
  }));

Deno.test("a slow live consumer drops by its policy, and nothing is unaccounted for", () =>
  inFolder(async (folder) => {
    const slow = element(
      "slow",
      (packet) => new Promise((done) => setTimeout(() => done(packet), 15)),
    );
    const report = await run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 20)}, loop: 3 } }
elements:
  - slow: {}
    queue: { size: 2, policy: drop-oldest }
`,
      [slow],
    )).done;
    const [camera] = report.cameras;
    const [stage] = report.elements;
    assert.equal(camera!.framesIn, 60);
    assert.equal(camera!.framesOut + camera!.drops["drop-oldest"]!, 60);
    assert.deepEqual(stage!.drops, camera!.drops);
    assert.ok(stage!.queue.peak === 2 && stage!.queue.size === 2);
  }));

Deno.test("an element that can't be created ends the camera before its first frame", () =>
  inFolder(async (folder) => {
    const broken = element("broken", {
      create: () => {
        throw new Error("no licence");
      },
    });
    const report = await run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 2)} } }
elements:
  - broken: {}
`,
      [broken],
    )).done;
    assert.equal(report.cameras[0]!.error, "broken: no licence");
    assert.equal(report.cameras[0]!.framesIn, 0);
  }));

Deno.test("an element that keeps a frame without retaining it is told so", () =>
  inFolder(async (folder) => {
    const kept: Packet[] = [];
    const keeps = element("keeps", (packet) => {
      kept[0]?.frame.read("RGB");
      kept.push(packet);
      return packet;
    });
    const report = await run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 4)} } }
elements:
  - keeps: {}
`,
      [keeps],
    )).done;
    assert.match(report.cameras[0]!.error!, /keeps: .* must retain it/);
  }));

Deno.test("an element that never lets a frame go is found out", () =>
  inFolder(async (folder) => {
    const messages: BusMessage[] = [];
    const hoards = element("hoards", (packet) => {
      packet.frame.retain();
      return packet;
    });
    const report = await run(
      planOf(
        `
version: 1
cameras: { c: { images: ${await pictures(folder, 4)} } }
elements:
  - hoards: {}
`,
        [hoards],
      ),
      { onMessage: (message) => messages.push(message) },
    ).done;
    assert.equal(report.liveFrames, 4);
    assert.match(messages.at(-1)!.message, /4 frames were never given back/);
  }));

Deno.test("a run that is stopped before it began ends without a frame", () =>
  inFolder(async (folder) => {
    const plan = planOf(`
version: 1
cameras: { c: { images: ${await pictures(folder, 3)}, loop: true } }
elements:
  - "null": {}
`);
    const aborted = run(plan, { signal: AbortSignal.abort() });
    const stopped = run(plan);
    void stopped.stop();
    for (const running of [aborted, stopped]) {
      const report = await running.done;
      const [camera] = report.cameras;
      assert.deepEqual([camera!.state, camera!.framesIn, camera!.error], ["ended", 0, undefined]);
      assert.equal(report.liveFrames, 0);
    }
    const killed = await run(plan).stopNow();
    assert.ok(["ended", "failed"].includes(killed.cameras[0]!.state));
  }));

Deno.test("a rejected promise that an element forgot is told, and ends nothing", () =>
  inFolder(async (folder) => {
    const messages: BusMessage[] = [];
    const careless = element("careless", (packet) => {
      if (packet.number === 1) void Promise.reject(new Error("no such host"));
      return new Promise((done) => setTimeout(() => done(packet), 2));
    });
    const report = await run(
      planOf(
        `
version: 1
cameras: { c: { images: ${await pictures(folder, 4)} } }
elements:
  - careless: {}
`,
        [careless],
      ),
      { onMessage: (message) => messages.push(message) },
    ).done;
    assert.deepEqual([report.cameras[0]!.state, report.cameras[0]!.framesOut], ["ended", 4]);
    assert.match(messages[0]!.message, /nobody waits for: no such host/);
  }));
