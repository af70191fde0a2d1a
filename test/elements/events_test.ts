import assert from "node:assert/strict";
import type { Counted, Crossing } from "../../src/counting/mod.ts";
import { eventLine } from "../../src/elements/event_line.ts";
import { LineWriter } from "../../src/elements/line_writer.ts";
import { packet } from "../runtime/frames.ts";
import { inFolder } from "../plans.ts";

Deno.test("an events line has the documented keys, rounded, in order", () => {
  const line = eventLine({
    ...packet(17),
    camera: "clip",
    pts: 0.68000049,
    detections: [
      { class: "bottle", classId: 39, score: 0.87654, box: [1.005, 2, 3.14159, 4], track: 3 },
      { class: "cup", classId: 41, score: 0.5, box: [0, 0, 1, 1] },
    ],
  });
  assert.equal(
    line,
    '{"camera":"clip","frame":17,"pts":0.68,"width":4,"height":2,"detections":[' +
      '{"class":"bottle","classId":39,"score":0.8765,"box":[1,2,3.14,4],"track":3},' +
      '{"class":"cup","classId":41,"score":0.5,"box":[0,0,1,1]}]}\n',
  );
  assert.equal(JSON.parse(eventLine(packet(0))).detections.length, 0);
});

Deno.test("after count, a line has what is counted, and what was in this frame", () => {
  const crossing: Crossing = {
    track: 3,
    class: "nut:chip",
    part: "nut",
    verdict: "rejected",
    defect: "chip",
    score: 0.87654,
    share: 1,
    direction: "forward",
    at: [320, 2.00499],
    box: [0.004, 1, 2, 3],
    frame: 17,
  };
  const counted = (judged: boolean, crossings: Crossing[]): Counted => ({
    kind: "counts",
    shape: [[0, 0], [1, 1]],
    judged,
    totals: { seen: 2, good: 1, rejected: 1, classes: {}, defects: {} },
    crossings,
    things: new Map(),
  });
  const line = (data: Record<string, unknown>) => {
    const { counts, crossings, ...rest } = JSON.parse(eventLine({ ...packet(17), data }));
    assert.deepEqual(Object.keys(rest), Object.keys(JSON.parse(eventLine(packet(0)))));
    return [counts, crossings];
  };
  assert.deepEqual(line({ gate: counted(true, [crossing]), all: counted(false, []), x: 1 }), [
    { gate: { seen: 2, good: 1, rejected: 1 }, all: { seen: 2 } },
    [{
      count: "gate",
      track: 3,
      class: "nut:chip",
      part: "nut",
      verdict: "rejected",
      defect: "chip",
      direction: "forward",
      frame: 17,
      score: 0.8765,
      share: 1,
      at: [320, 2],
      box: [0, 1, 2, 3],
    }],
  ]);
  assert.deepEqual(line({ gate: counted(true, []) })[1], undefined);
  assert.deepEqual(line({ other: null }), [undefined, undefined]);
});

Deno.test("lines reach the file in order, whole, and within a second", () =>
  inFolder(async (folder) => {
    const path = `${folder}/new/folder/lines.txt`;
    const writer = await LineWriter.open(path, "overwrite");
    writer.write("first\n");
    await new Promise((done) => setTimeout(done, 1300));
    assert.equal(await Deno.readTextFile(path), "first\n");
    const lines = Array.from({ length: 40000 }, (_, i) => `line ${i} ${"é".repeat(i % 90)}\n`);
    let waits = 0;
    for (const line of lines) {
      const room = writer.write(line);
      if (room) {
        waits++;
        await room;
      }
    }
    await writer.close();
    const text = await Deno.readTextFile(path);
    assert.equal(text, "first\n" + lines.join(""));
    assert.equal(writer.bytes, new TextEncoder().encode(text).length);
    assert.ok(waits > 0, "a slow disk must hold its writer up");
  }));

Deno.test("a file that is there is replaced, continued or refused", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.jsonl`;
    const write = async (exists: "overwrite" | "append" | "error", text: string) => {
      const writer = await LineWriter.open(path, exists);
      writer.write(text);
      await writer.close();
      return await Deno.readTextFile(path);
    };
    assert.equal(await write("error", "1\n"), "1\n");
    assert.equal(await write("append", "2\n"), "1\n2\n");
    await assert.rejects(write("error", "3\n"), /a\.jsonl is there already/);
    assert.equal(await write("overwrite", "4\n"), "4\n");
  }));

Deno.test("a full disk and a folder that can't be written are named", async () => {
  const writer = await LineWriter.open("/dev/full", "append");
  writer.write("lost\n");
  await assert.rejects(writer.flush(), /\/dev\/full can't be written: .*No space left/);
  assert.throws(() => writer.write("more\n"), /No space left/);
  await assert.rejects(writer.close(), /No space left/);
  await assert.rejects(LineWriter.open("/proc/no/lines", "overwrite"), /\/proc\/no\/lines can't/);
});
