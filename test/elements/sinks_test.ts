import assert from "node:assert/strict";
import sharp from "sharp";
import type { Detection, Packet } from "../../src/runtime/packet.ts";
import type { BusMessage } from "../../src/runtime/report.ts";
import { run } from "../../src/runtime/run.ts";
import { element, inFolder, pictures, planOf } from "../plans.ts";

/** Finds one bottle that moves a pixel a frame, and from the tenth frame on a can. */
const detector = element("detector", (packet) => {
  const found: Detection[] = [
    { class: "bottle", classId: 0, score: 0.9, box: [packet.number, 10, packet.number + 20, 40] },
  ];
  if (packet.number >= 10) {
    found.push({ class: "can", classId: 1, score: 0.8, box: [40, 5, 60, 30] });
  }
  return { ...packet, detections: found };
});

async function files(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

Deno.test("track gives one object one id, on confirmed tracks only", () =>
  inFolder(async (folder) => {
    await run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 20)}, fps: 30 } }
elements:
  - detector: {}
  - track: { tracker: bytetrack }
  - events: ${folder}/out.jsonl
`,
      [detector],
    )).done;
    const lines = (await Deno.readTextFile(`${folder}/out.jsonl`)).trim().split("\n");
    const ids: Record<string, Set<number>> = { bottle: new Set(), can: new Set() };
    for (const line of lines) {
      for (const { class: name, track } of JSON.parse(line).detections) {
        if (track !== undefined) ids[name]!.add(track);
      }
    }
    assert.equal(ids.bottle!.size, 1);
    assert.equal(ids.can!.size, 1);
    assert.notDeepEqual(ids.bottle, ids.can);
  }));

Deno.test("overlay draws on a copy that only its own branch sees", () =>
  inFolder(async (folder) => {
    const changed: Record<string, boolean[]> = { drawn: [], plain: [] };
    const look = (name: string) =>
      element(name, (packet: Packet) => {
        const pixels = packet.frame.read("RGB");
        const [r, g, b] = pixels;
        changed[name]!.push(pixels.some((value, i) => value !== [r, g, b][i % 3]));
        return packet;
      });
    const report = await run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 12)} } }
elements:
  - detector: {}
  - overlay: { labels: false, scores: false, colors: { bottle: "#ffffff" } }
  - drawn: {}
  - from: detector
    plain: {}
`,
      [detector, look("drawn"), look("plain")],
    )).done;
    assert.equal(report.cameras[0]!.error, undefined);
    assert.deepEqual(changed.drawn, Array(12).fill(true));
    assert.deepEqual(changed.plain, Array(12).fill(false));
    assert.equal(report.liveFrames, 0);
  }));

Deno.test("snapshot writes a JPEG a new track, no faster than it may", () =>
  inFolder(async (folder) => {
    const report = await run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 30)}, fps: 10 } }
elements:
  - detector: {}
  - track: {}
  - id: new
    snapshot: { file: "${folder}/new/{frame}.jpg", on: track, every: 100ms }
  - id: often
    snapshot: { file: "${folder}/often/{camera}-{pts}.jpg", on: detection, classes: [can], every: 500ms }
`,
      [detector],
    )).done;
    assert.equal(report.cameras[0]!.error, undefined);
    assert.equal(report.liveFrames, 0);
    const fresh = await files(`${folder}/new`);
    assert.equal(fresh.length, 2);
    const { width, height, format } = await sharp(`${folder}/new/${fresh[0]}`).metadata();
    assert.deepEqual([width, height, format], [64, 48, "jpeg"]);
    // From 1.0 s on there is a can, for two seconds: one at once, then one each half a second.
    const { extra } = report.elements.find(({ id }) => id === "often")!;
    assert.equal(Number(extra!.written) + Number(extra!.passedOver), 4);
    assert.equal((await files(`${folder}/often`)).length, Number(extra!.written));
  }));

Deno.test("record writes a file that plays, and keeps the one that was there", () =>
  inFolder(async (folder) => {
    const plan = planOf(`
version: 1
cameras: { c: { images: ${await pictures(folder, 20)}, fps: 10 } }
elements:
  - record: "${folder}/{camera}.mp4"
`);
    const messages: BusMessage[] = [];
    for (let pass = 0; pass < 2; pass++) {
      const report = await run(plan, { onMessage: (message) => messages.push(message) }).done;
      assert.equal(report.cameras[0]!.error, undefined);
      assert.equal(report.liveFrames, 0);
    }
    assert.deepEqual((await files(folder)).filter((name) => name !== "in"), ["c-1.mp4", "c.mp4"]);
    assert.match(messages.at(-1)!.message, /c\.mp4 is there already: writing .*c-1\.mp4/);
    const times: number[] = [];
    const look = element("look", (packet) => {
      times.push(packet.pts);
      return packet;
    });
    const report = await run(planOf(
      `
version: 1
cameras: { c: { file: ${folder}/c-1.mp4 } }
elements:
  - look: {}
`,
      [look],
    )).done;
    assert.equal(report.cameras[0]!.error, undefined);
    assert.equal(times.length, 20);
    assert.ok(times.every((time, i) => Math.abs(time - times[0]! - i / 10) < 0.02), `${times}`);
  }));

Deno.test("two cameras can't write one file", () =>
  inFolder(async (folder) => {
    const report = await run(planOf(`
version: 1
cameras:
  a: { images: ${await pictures(folder, 6, "a")}, fps: 10 }
  b: { images: ${await pictures(folder, 6, "b")}, fps: 10 }
elements:
  - record: { file: "${folder}/all.mp4", exists: overwrite }
`)).done;
    const states = report.cameras.map(({ state }) => state).sort();
    assert.deepEqual(states, ["ended", "failed"]);
    const { error } = report.cameras.find(({ state }) => state === "failed")!;
    assert.match(
      error!,
      /all\.mp4 is being written by another camera: put \{camera\} into the path/,
    );
  }));

Deno.test("an events file is shared by cameras, or one each", () =>
  inFolder(async (folder) => {
    const a = await pictures(folder, 15, "a");
    const b = await pictures(folder, 10, "b");
    const yaml = (file: string) => `
version: 1
cameras: { a: { images: ${a} }, b: { images: ${b} } }
elements:
  - detector: {}
  - events: "${folder}/${file}"
`;
    await run(planOf(yaml("all.jsonl"), [detector])).done;
    const lines = (await Deno.readTextFile(`${folder}/all.jsonl`)).trim().split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, 25);
    for (const camera of ["a", "b"]) {
      const numbers = lines.filter((line) => line.camera === camera).map(({ frame }) => frame);
      assert.deepEqual(numbers, numbers.map((_, i) => i));
    }
    await run(planOf(yaml("{camera}.jsonl"), [detector])).done;
    for (const [camera, count] of [["a", 15], ["b", 10]]) {
      const text = await Deno.readTextFile(`${folder}/${camera}.jsonl`);
      assert.equal(text.trim().split("\n").length, count);
    }
  }));

Deno.test("events that can't be written end the camera with the file's name", () =>
  inFolder(async (folder) => {
    const report = await run(planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 3)} } }
elements:
  - detector: {}
  - events: { file: /dev/full, exists: append }
`,
      [detector],
    )).done;
    assert.equal(report.cameras[0]!.state, "failed");
    assert.match(
      report.cameras[0]!.error!,
      /events: \/dev\/full can't be written: .*No space left/,
    );
  }));

Deno.test("rtsp serves each camera on one port, and a path taken twice is refused", () =>
  inFolder(async (folder) => {
    const messages: string[] = [];
    const port = 20000 + Math.floor(Math.random() * 20000);
    const yaml = (path: string) => `
version: 1
cameras:
  a: { images: ${folder}/a, fps: 20, realtime: true }
  b: { images: ${folder}/b, fps: 20, realtime: true }
elements:
  - rtsp: { path: "${path}", port: ${port} }
`;
    await pictures(folder, 8, "a");
    await pictures(folder, 8, "b");
    const report = await run(planOf(yaml("/{camera}")), {
      onMessage: ({ message }) => messages.push(message),
    }).done;
    assert.deepEqual(report.cameras.map(({ state, framesOut }) => [state, framesOut]), [
      ["ended", 8],
      ["ended", 8],
    ]);
    assert.equal(report.liveFrames, 0);
    assert.deepEqual(messages.sort(), [
      `serving rtsp://127.0.0.1:${port}/a`,
      `serving rtsp://127.0.0.1:${port}/b`,
    ]);
    const clash = await run(planOf(yaml("/one"))).done;
    assert.deepEqual(clash.cameras.map(({ state }) => state).sort(), ["ended", "failed"]);
  }));
