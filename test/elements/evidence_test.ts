import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import sharp from "sharp";
import type { Crossing } from "../../src/counting/mod.ts";
import { elements } from "../../src/elements/index.ts";
import type { Packet } from "../../src/runtime/packet.ts";
import type { BusMessage, RunReport } from "../../src/runtime/report.ts";
import { run } from "../../src/runtime/run.ts";
import { element, inFolder, pictures, planOf } from "../plans.ts";
import { repository } from "../shared.ts";

/** A crossing that rejects a part in the middle of a picture of 64x48. */
const rejected: Crossing = {
  track: 7,
  class: "nut:chip",
  part: "nut",
  verdict: "rejected",
  defect: "chip",
  score: 0.91239,
  share: 0.75,
  direction: "forward",
  at: [32, 24],
  box: [20, 15, 40, 30.128],
  frame: 0,
};

/** Counts what `crossings` says for each frame. */
function counting(crossings: (packet: Packet) => readonly Crossing[]) {
  return element("counting", (packet) => ({
    ...packet,
    detections: [],
    data: {
      gate: {
        kind: "counts",
        shape: [],
        judged: true,
        totals: { seen: 0, good: 0, rejected: 0, classes: {}, defects: {} },
        crossings: crossings(packet),
        things: new Map(),
      },
    },
  }));
}

/** Runs `evidence` after a `track`, so that its ports fit. */
async function evidence(
  folder: string,
  frames: number,
  options: string,
  crossings: (packet: Packet) => readonly Crossing[],
): Promise<{ report: RunReport; messages: BusMessage[]; files: string[] }> {
  const messages: BusMessage[] = [];
  const plan = planOf(
    `
version: 1
cameras: { c: { images: ${await pictures(folder, frames)}, fps: 10 } }
elements:
  - counting: {}
  - track
  - evidence: { file: "${folder}/out/{frame}-{track}.jpg"${options} }
`,
    [counting(crossings)],
  );
  const report = await run(plan, { onMessage: (message) => messages.push(message) }).done;
  let files: string[] = [];
  try {
    files = (await Array.fromAsync(Deno.readDir(`${folder}/out`), ({ name }) => name)).sort();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  assert.equal(report.liveFrames, 0);
  return { report, messages, files };
}

Deno.test("a reject leaves a still and a record beside it, a good part nothing", () =>
  inFolder(async (folder) => {
    const before = Date.now();
    const { report, files } = await evidence(
      folder,
      4,
      "",
      ({ number }) => number === 2 ? [rejected, { ...rejected, track: 8, verdict: "good" }] : [],
    );
    assert.equal(report.cameras[0]!.error, undefined);
    assert.deepEqual(files, ["000002-7.jpg", "000002-7.json"]);
    const { time, ...record } = JSON.parse(
      await Deno.readTextFile(`${folder}/out/000002-7.json`),
    );
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(Date.parse(time) >= before - 1 && Date.parse(time) <= Date.now());
    assert.deepEqual(record, {
      camera: "c",
      frame: 2,
      pts: 0.2,
      size: [64, 48],
      track: 7,
      part: "nut",
      class: "nut:chip",
      verdict: "rejected",
      defect: "chip",
      score: 0.9124,
      share: 0.75,
      box: [20, 15, 40, 30.13],
      at: [32, 24],
      direction: "forward",
      count: "gate",
      model: null,
      pipeline: "test.yaml",
      still: "000002-7.jpg",
    });
    const pixels = await sharp(`${folder}/out/000002-7.jpg`).raw().toBuffer();
    const red = Array.from({ length: 64 * 48 }, (_, i) => i).filter((i) =>
      pixels[3 * i]! > 180 && pixels[3 * i + 1]! < 110
    );
    assert.ok(red.length > 30, "the box is drawn");
    assert.ok(
      red.every((i) => {
        const [x, y] = [i % 64, Math.floor(i / 64)];
        return x < 20 || x > 40 || y < 15 || y > 30;
      }),
      "nothing is drawn on the part itself",
    );
    const { summary, extra } = report.elements.at(-1)!;
    assert.deepEqual(summary, { files: [{ path: `${folder}/out/`, count: 2 }] });
    assert.deepEqual(extra, { records: 1, stills: 1, passedOver: 0 });
  }));

Deno.test("without drawing the still is the frame as it was; all parts if asked for", () =>
  inFolder(async (folder) => {
    const { files } = await evidence(
      folder,
      3,
      ", draw: false, on: counted",
      ({ number }) => number === 1 ? [{ ...rejected, verdict: "good" }] : [],
    );
    assert.deepEqual(files, ["000001-7.jpg", "000001-7.json"]);
    const { channels } = await sharp(`${folder}/out/000001-7.jpg`).stats();
    assert.ok(channels.every(({ min, max }) => max - min < 8), "one colour");
  }));

Deno.test("more than may wait: each part has its record, and what has no still is told", () =>
  inFolder(async (folder) => {
    const parts = Array.from({ length: 40 }, (_, i) => ({ ...rejected, track: i + 1 }));
    const { report, messages, files } = await evidence(
      folder,
      2,
      ", queue: 3",
      ({ number }) => number === 0 ? parts : [],
    );
    assert.equal(report.cameras[0]!.error, undefined);
    const stills = files.filter((name) => name.endsWith(".jpg"));
    const records = files.filter((name) => name.endsWith(".json"));
    assert.equal(records.length, 40);
    assert.equal(stills.length, 4, "three may wait, one is at work");
    for (const name of records) {
      const { still } = JSON.parse(await Deno.readTextFile(`${folder}/out/${name}`));
      assert.equal(
        still,
        stills.includes(name.replace("json", "jpg")) ? name.replace("json", "jpg") : null,
      );
    }
    assert.deepEqual(report.elements.at(-1)!.extra, { records: 40, stills: 4, passedOver: 36 });
    assert.match(messages[0]!.message, /more than 3 pictures wait .* track 5 in frame 0/);
    assert.match(messages.at(-1)!.message, /36 of 40 parts have a record but no still/);
  }));

Deno.test("what is there already is kept", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/out`);
    await Deno.writeTextFile(`${folder}/out/000000-7.jpg`, "before");
    const { files } = await evidence(folder, 1, "", () => [rejected]);
    assert.deepEqual(files, ["000000-7-1.jpg", "000000-7-1.json", "000000-7.jpg"]);
    assert.equal(await Deno.readTextFile(`${folder}/out/000000-7.jpg`), "before");
  }));

Deno.test("a folder that can't be written ends the camera with its name, and gives frames back", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/out`, "a file");
    const messages: BusMessage[] = [];
    const plan = planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 6)} } }
elements:
  - counting: {}
  - track
  - evidence: { file: "${folder}/out/{frame}.jpg" }
`,
      [counting(() => [rejected])],
    );
    const report = await run(plan, { onMessage: (message) => messages.push(message) }).done;
    assert.equal(report.cameras[0]!.state, "failed");
    assert.match(report.cameras[0]!.error!, /evidence: .*\/out\/000000\.jpg can't be written: /);
    assert.equal(report.liveFrames, 0);
  }));

Deno.test("evidence that nothing is counted for says so", () =>
  inFolder(async (folder) => {
    const plan = planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 2)} } }
elements: [plain: {}, track, evidence]
`,
      [element("plain", (packet) => packet)],
    );
    const report = await run(plan).done;
    assert.equal(
      report.cameras[0]!.error,
      "evidence: nothing is counted before it: put it after count",
    );
  }));

Deno.test("evidence: each part needs files of its own", () => {
  const { error } = elements.get("evidence")!.options.safeParse({ file: "{camera}.jpg" });
  assert.match(error!.issues[0]!.message, /must contain \{frame\} or \{track\}/);
});

Deno.test("a model's file is named with its SHA-256", async () => {
  const { modelFile } = await import("../../src/elements/evidence_record.ts");
  const path = repository("LICENSE");
  const sha256 = createHash("sha256").update(await Deno.readFile(path)).digest("hex");
  assert.deepEqual(await modelFile(path), { file: path, sha256 });
});
