import assert from "node:assert/strict";
import { basename } from "node:path";
import sharp from "sharp";
import { listImages } from "../../src/elements/image_files.ts";
import type { BusMessage } from "../../src/runtime/report.ts";
import { run } from "../../src/runtime/run.ts";
import { element, inFolder, pictures, planOf } from "../plans.ts";

const yaml = (location: string, more = "") => `
version: 1
cameras: { c: { images: "${location}"${more} } }
elements:
  - look: {}
`;

Deno.test("pictures are listed in natural order, by folder, pattern and path", () =>
  inFolder(async (folder) => {
    const path = await pictures(folder, 12);
    await Deno.writeTextFile(`${path}/notes.txt`, "not a picture");
    const names = (await listImages(path)).map((file) => basename(file));
    assert.deepEqual(names, Array.from({ length: 12 }, (_, i) => `${i + 1}.png`));
    assert.equal((await listImages(`${path}/1*.png`)).length, 4);
    assert.equal((await listImages(`${path}/?.png`)).length, 9);
    assert.deepEqual(await listImages(`${path}/3.png`), [`${path}/3.png`]);
    await Deno.writeTextFile(`${folder}/list.txt`, `# mine\n\nin/3.png\n${path}/1.png\r\n`);
    assert.deepEqual(
      (await listImages(`${folder}/list.txt`)).map((file) => basename(file)),
      ["3.png", "1.png"],
    );
    await assert.rejects(listImages(`${path}/*.gif`), /no file fits/);
    await assert.rejects(listImages(`${folder}/absent`), /there is no such folder or file/);
    await Deno.mkdir(`${folder}/empty`);
    await assert.rejects(listImages(`${folder}/empty`), /no pictures there/);
  }));

Deno.test("a corrupt picture is named, counted and skipped", () =>
  inFolder(async (folder) => {
    const path = await pictures(folder, 4);
    const whole = await Deno.readFile(`${path}/3.png`);
    await Deno.writeFile(`${path}/3.png`, whole.subarray(0, whole.length - 30));
    const messages: BusMessage[] = [];
    const numbers: number[] = [];
    const look = element("look", (packet) => {
      numbers.push(packet.number);
      return packet;
    });
    const report = await run(planOf(yaml(path), [look]), {
      onMessage: (message) => messages.push(message),
    }).done;
    assert.deepEqual(numbers, [0, 1, 3]);
    const [camera] = report.cameras;
    assert.deepEqual(
      [camera!.state, camera!.framesIn, camera!.framesOut, camera!.drops],
      ["ended", 4, 3, { corrupt: 1 }],
    );
    assert.equal(messages.length, 1);
    assert.equal(messages[0]!.level, "warning");
    assert.match(messages[0]!.message, /3\.png: skipped: /);
  }));

Deno.test("a folder of corrupt pictures alone fails instead of going on for ever", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.png`, "no picture");
    const look = element("look", (packet) => packet);
    const report = await run(planOf(yaml(folder, ", loop: true"), [look])).done;
    assert.match(report.cameras[0]!.error!, /not one picture could be decoded/);
  }));

Deno.test("pixels, sizes and time stamps are the pictures'", () =>
  inFolder(async (folder) => {
    const raw = { width: 3, height: 2, channels: 3 } as const;
    const pixels = Uint8Array.from({ length: 18 }, (_, i) => i * 14);
    await sharp(pixels, { raw }).png().toFile(`${folder}/1.png`);
    await sharp(pixels.subarray(0, 6), { raw: { ...raw, channels: 1 } }).toColourspace("b-w").png()
      .toFile(`${folder}/2.png`);
    const seen: unknown[] = [];
    const look = element("look", (packet) => {
      const { width, height } = packet.frame;
      seen.push([width, height, packet.pts, [...packet.frame.read("RGB")].slice(0, 18)]);
      return packet;
    });
    const report = await run(planOf(yaml(folder, ", fps: 4"), [look])).done;
    assert.equal(report.cameras[0]!.error, undefined);
    const greys = [...pixels.subarray(0, 6)].flatMap((value) => [value, value, value]);
    assert.deepEqual(seen, [[3, 2, 0, [...pixels]], [3, 2, 0.25, greys]]);
  }));

Deno.test("in real time pictures come at their pace", () =>
  inFolder(async (folder) => {
    const path = await pictures(folder, 6);
    const look = element("look", (packet) => packet);
    const began = performance.now();
    await run(planOf(yaml(path, ", fps: 20, realtime: true"), [look])).done;
    assert.ok(performance.now() - began >= 250);
  }));
