import assert from "node:assert/strict";
import sharp from "sharp";
import { classes, label } from "../../scripts/demo-line/classes.ts";
import { makeImages } from "../../scripts/demo-line/images.ts";
import { type Domain, domains } from "../../scripts/demo-line/scene/stage.ts";
import { makeStill } from "../../scripts/demo-line/scene/still.ts";
import { digest } from "./pixels.ts";

const size = { width: 640, height: 480 };

interface Coco {
  info: { seed: number; domain: string; recipe: string };
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: {
    image_id: number;
    category_id: number;
    bbox: [number, number, number, number];
    area: number;
    iscrowd: number;
    attributes: { kind: string; defect: string | null };
  }[];
  categories: { id: number; name: string }[];
}

async function generate(count: number, seed: number, domain: Domain = "first", workers = 2) {
  const out = await Deno.makeTempDir();
  try {
    const rate = await makeImages({ count, seed, domain, size, workers, out });
    const text = await Deno.readTextFile(`${out}/annotations.json`);
    const set: Coco = JSON.parse(text);
    const images: string[] = [];
    for (const { file_name } of set.images) {
      images.push(await digest(`${out}/images/${file_name}`));
      const { width, height, format } = await sharp(`${out}/images/${file_name}`).metadata();
      assert.deepEqual({ width, height, format }, { ...size, format: "jpeg" });
    }
    return { rate, text, set, images };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

Deno.test("the same seed gives the same bytes, another seed other images", async () => {
  for (const domain of domains) {
    const first = await generate(6, 41, domain, 2);
    const again = await generate(6, 41, domain, 1);
    assert.equal(first.text, again.text);
    assert.deepEqual(first.images, again.images);
    const other = await generate(6, 42, domain);
    assert.notEqual(first.set.info.recipe, other.set.info.recipe);
    for (const [i, image] of first.images.entries()) assert.notEqual(image, other.images[i]);
  }
});

Deno.test("images and annotations fit together", async () => {
  const { set, images, rate } = await generate(24, 77);
  console.log(
    `demo-line: ${rate.toFixed(1)} images a second with two workers, their start included`,
  );
  assert.equal(images.length, 24);
  assert.equal(new Set(images).size, 24);
  assert.deepEqual(
    set.categories.map(({ id, name }) => [id, name]),
    classes.map((c, i) => [i + 1, c.name]),
  );
  assert.match(set.info.recipe, /^[0-9a-f]{64}$/);
  for (const { image_id, category_id, bbox: [x, y, w, h], area, attributes } of set.annotations) {
    const image = set.images.find(({ id }) => id === image_id)!;
    assert.ok(x >= 0 && y >= 0 && w > 0 && h > 0 && area > 0);
    assert.ok(x + w <= image.width + 0.1 && y + h <= image.height + 0.1);
    const { name, kind, defect } = classes[category_id - 1]!;
    assert.deepEqual(attributes, { kind, defect });
    assert.equal(name, label(kind, defect));
  }
});

Deno.test("kinds are equally likely, half of the parts are defective, every class occurs", () => {
  const counts = new Map<string, number>();
  let parts = 0, bad = 0;
  for (let i = 0; i < 800; i++) {
    for (const { spec: { kind, defect } } of makeStill(5, i, "first", size).parts) {
      parts++;
      if (defect) bad++;
      for (const name of new Set([kind, label(kind, defect)])) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
  }
  assert.ok(Math.abs(bad / parts - 0.5) < 0.03, `${bad} of ${parts} are defective`);
  for (const { name, defect } of classes) {
    const count = counts.get(name) ?? 0;
    if (defect) assert.ok(count > 40, `${name} occurs ${count} times in ${parts}`);
    else assert.ok(Math.abs(count / parts - 0.2) < 0.03, `${count} of ${parts} are a ${name}`);
  }
});

Deno.test("a folder that has annotations is left alone", async () => {
  const out = await Deno.makeTempDir();
  await Deno.writeTextFile(`${out}/annotations.json`, "{}");
  const options = { count: 1, seed: 1, domain: "first", size, workers: 1, out } as const;
  await assert.rejects(() => makeImages(options), Deno.errors.AlreadyExists);
  assert.equal(await Deno.readTextFile(`${out}/annotations.json`), "{}");
  await Deno.remove(out, { recursive: true });
});
