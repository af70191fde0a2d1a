import assert from "node:assert/strict";
import type { Counted, ThingInView } from "../../src/counting/mod.ts";
import type { Detection } from "../../src/runtime/packet.ts";
import { run } from "../../src/runtime/run.ts";
import { element, inFolder, pictures, planOf } from "../plans.ts";

const [good, rejected] = [[0x34, 0xc7, 0x59], [0xff, 0x3b, 0x30]] as const;

/** Two parts of one class, the second rejected by its votes. */
const parts: Detection[] = [1, 2].map((track) => ({
  class: "nut",
  classId: 0,
  score: 0.9,
  box: [30 * track - 20, 20, 30 * track, 40],
  track,
}));

const thing = (verdict: ThingInView["verdict"], name: string): ThingInView => ({
  counted: true,
  class: name,
  verdict,
});

const counted: Counted = {
  kind: "counts",
  shape: [[36, 48], [36, 0]],
  direction: "forward",
  judged: true,
  totals: { seen: 2, good: 1, rejected: 1, classes: {}, defects: { chip: 1 } },
  crossings: [],
  things: new Map([[1, thing("good", "nut")], [2, thing("rejected", "nut:chip")]]),
};

/** How many pixels of a picture of 64x48 that is drawn so come near a colour, by column. */
async function drawn(
  folder: string,
  options: string,
  detections: Detection[],
  data: Record<string, unknown>,
): Promise<(color: readonly number[], from: number, to: number) => number> {
  let pixels = new Uint8Array();
  const plan = planOf(
    `
version: 1
cameras: { c: { images: ${await pictures(folder, 1, crypto.randomUUID())} } }
elements:
  - finds: {}
  - overlay: { labels: false, scores: false, tracks: false, thickness: 2${options} }
  - look: {}
`,
    [
      element("finds", (packet) => ({ ...packet, detections, data })),
      element("look", (packet) => {
        pixels = packet.frame.read("RGB");
        return packet;
      }),
    ],
  );
  const report = await run(plan).done;
  assert.equal(report.cameras[0]!.error, undefined);
  assert.equal(report.liveFrames, 0);
  return (color, from, to) => {
    let near = 0;
    for (let i = 0; i < 64 * 48; i++) {
      const x = i % 64;
      if (x < from || x >= to) continue;
      if (color.every((value, c) => Math.abs(value - pixels[3 * i + c]!) < 45)) near++;
    }
    return near;
  };
}

Deno.test("overlay draws parts in the colour of their verdict, and the line", () =>
  inFolder(async (folder) => {
    const near = await drawn(folder, ", textSize: 6", parts, { gate: counted });
    assert.ok(near(good, 8, 33) > 30, `${near(good, 8, 33)}`);
    assert.ok(near(rejected, 40, 63) > 30, `${near(rejected, 40, 63)}`);
    assert.ok(near([0xff, 0xd6, 0x0a], 33, 40) > 40, "the line");
    const plain = await drawn(folder, ", counts: false", parts, { gate: counted });
    assert.equal(plain(good, 0, 64), 0);
    assert.equal(plain([0xff, 0xd6, 0x0a], 33, 40), 0);
  }));

Deno.test("a colour of a class goes before that of its verdict", () =>
  inFolder(async (folder) => {
    const near = await drawn(
      folder,
      ', textSize: 6, colors: { "nut:chip": "#0000ff" }',
      parts,
      { gate: counted },
    );
    assert.ok(near([0, 0, 255], 40, 63) > 30);
    assert.ok(near(good, 8, 33) > 30);
  }));

Deno.test("counts are drawn where nothing is in the picture, and nothing where nothing counts", () =>
  inFolder(async (folder) => {
    const background = [37, 90, 40];
    const panel = await drawn(folder, ", textSize: 8", [], { gate: counted });
    assert.ok(panel(background, 0, 64) < 0.8 * 64 * 48, "a plate with text");
    const zone: Counted = { ...counted, direction: undefined, judged: false };
    const other = await drawn(folder, ", textSize: 8", [], { gate: zone, other: 7 });
    assert.ok(other(background, 0, 64) < 0.95 * 64 * 48);
    assert.equal(other(rejected, 0, 64), 0, "nothing is judged, so nothing is red");
    const nothing = await drawn(folder, "", [], { other: 7 });
    assert.equal(nothing(background, 0, 64), 64 * 48);
  }));
