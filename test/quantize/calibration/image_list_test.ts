import assert from "node:assert/strict";
import { basename, join } from "node:path";
import fc from "fast-check";
import { calibrationImages, evenly } from "../../../src/quantize/calibration/mod.ts";
import { isBlack, isUnitRange, judge } from "../../../src/quantize/calibration/image_check.ts";

async function withFiles(names: string[], test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of names) await Deno.writeTextFile(join(folder, name), "");
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `${i}.png`);

Deno.test("a subset is even, in order, and always the same", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3000 }),
      fc.integer({ min: 1, max: 600 }),
      (all, most) => {
        const items = Array.from({ length: all }, (_, i) => i);
        const chosen = evenly(items, most);
        assert.equal(chosen.length, Math.min(all, most));
        const steps = chosen.slice(1).map((item, i) => item - chosen[i]!);
        if (steps.length > 0) assert.ok(Math.max(...steps) - Math.min(...steps) <= 1);
        assert.ok(steps.every((step) => step > 0));
        // As much is left out before the first as after the last, to one.
        assert.ok(Math.abs(chosen[0]! - (all - 1 - chosen.at(-1)!)) <= 1);
      },
    ),
  ));

Deno.test("a folder and a pattern give pictures in natural order", () =>
  withFiles([...numbered(120), "note.txt"], async (folder) => {
    const all = await calibrationImages(folder);
    assert.deepEqual(all.files.map((file) => basename(file)), numbered(120));
    assert.deepEqual(all.warnings, []);
    const some = await calibrationImages(join(folder, "1*.png"), 10);
    assert.equal(some.found, 31);
    assert.equal(some.files.length, 10);
    assert.match(some.warnings[0]!, /only 10 images: at least 100 are advised/);
    const one = await calibrationImages(join(folder, "7.png"));
    assert.match(one.warnings[0]!, /^ONE IMAGE ONLY/);
  }));

Deno.test("no more than 500 are taken where nothing is said", () =>
  withFiles(numbered(1200), async (folder) => {
    const { files, found } = await calibrationImages(folder);
    assert.deepEqual([files.length, found], [500, 1200]);
  }));

Deno.test("a list names pictures, relative to itself", () =>
  withFiles(numbered(3), async (folder) => {
    const list = join(folder, "list.txt");
    await Deno.writeTextFile(list, `# two\r\n2.png\r\n\n ${join(folder, "0.png")}\n`);
    const { files } = await calibrationImages(list);
    assert.deepEqual(files, [join(folder, "2.png"), join(folder, "0.png")]);
    await Deno.writeTextFile(list, "0.png\n9.png\n");
    await assert.rejects(
      calibrationImages(list),
      /list\.txt:2: .*9\.png does not exist; expected a picture$/,
    );
    await Deno.writeTextFile(list, "\n");
    await assert.rejects(calibrationImages(list), /lists no picture;/);
    await Deno.writeFile(list, Uint8Array.of(0xff, 0xd8, 0xff, 0xfe));
    await assert.rejects(calibrationImages(list), /neither a picture nor a text file/);
  }));

Deno.test("what is not there is said", () =>
  withFiles(["note.txt"], async (folder) => {
    await assert.rejects(calibrationImages(folder), /no pictures there/);
    await assert.rejects(calibrationImages(join(folder, "none")), /no such folder or file/);
    await assert.rejects(calibrationImages(join(folder, "*.png")), /no file fits/);
    await assert.rejects(calibrationImages(folder, 0), RangeError);
  }));

const picture = (...pixels: number[]) => ({
  format: "GREY" as const,
  width: pixels.length,
  height: 1,
  data: Uint8Array.from(pixels),
});

Deno.test("black pictures are told from dark ones, and floats from black", () => {
  assert.ok(isBlack(picture(0, 3, 16)));
  assert.ok(!isBlack(picture(0, 0, 17)));
  assert.ok(isUnitRange(picture(0, 1, 1)));
  assert.ok(!isUnitRange(picture(0, 1, 2)));
});

Deno.test("black pictures are warned about, loudly; nothing but black is an error", () => {
  assert.deepEqual(judge({ black: [], unitRange: [] }, 5), []);
  const [warning] = judge({ black: ["a.png"], unitRange: [] }, 5);
  assert.match(warning!, /^BLACK IMAGES: 1 of 5 .*\(a\.png\)/);
  assert.throws(() => judge({ black: ["a.png"], unitRange: [] }, 1), /the only image is black/);
  const all = ["1", "2", "3", "4", "5"];
  assert.throws(
    () => judge({ black: all, unitRange: all }, 5),
    /all 5 images are black.*\(1, 2, 3, and 2 more\); .*values from 0 to 1\?/,
  );
});
