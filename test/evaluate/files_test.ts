import assert from "node:assert/strict";
import fc from "fast-check";
import { DataError, parseAnnotations, parseDetections } from "../../src/evaluate/mod.ts";
import { parseJson } from "../../src/evaluate/json.ts";

function fails(work: () => unknown, message: RegExp): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof DataError, String(error));
    assert.match(error.message, message);
    return true;
  });
}

const faults: readonly [string, RegExp][] = [
  ["", /^a\.json: is empty; expected JSON$/],
  ['{"a": [1, 2}', /^a\.json:1:12: no JSON from here on: "}"$/],
  ['{\n  "a": 1,\n  b: 2\n}', /^a\.json:3:3: no JSON from here on: "b: 2\\n}"$/],
  ["[1, 2,]", /^a\.json:1:7: no JSON from here on: "\]"$/],
  ['{"a": 1} {"b": 2}', /^a\.json:1:10: no JSON/],
  ["[NaN]", /^a\.json:1:2: no JSON from here on: "NaN\]"$/],
  ["[01]", /^a\.json:1:2: no JSON/],
  ["[1.]", /^a\.json:1:2: no JSON/],
  ['["a\\x"]', /^a\.json:1:2: no JSON/],
  [
    "hello world, this is no JSON at all",
    /^a\.json:1:1: no JSON from here on: "hello world, this is"$/,
  ],
  ['{"images": [', /^a\.json:1:13: the JSON is cut off here$/],
  ['{"images"', /^a\.json:1:10: the JSON is cut off here$/],
];
for (const [text, message] of faults) {
  Deno.test(`JSON that is none: ${JSON.stringify(text)}`, () => {
    fails(() => parseJson(text, "a.json"), message);
  });
}

Deno.test("JSON that is cut off anywhere is told to be so where it ends, or in its last value", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (json, at) => {
    const cut = json.slice(0, at % json.length);
    try {
      JSON.parse(cut);
      return;
    } catch {
      // As it must be.
    }
    try {
      parseJson(cut, "a");
    } catch (error) {
      assert.ok(error instanceof DataError);
      if (cut.trim() === "") return;
      const [, , column] = /^a:(\d+):(\d+): /.exec(error.message)!;
      // A text or number that is cut off begins where the fault is.
      const rest = cut.slice(Number(column) - 1);
      assert.ok(rest === "" || /^("|-|t|f|n|\d)/.test(rest), `${cut} at ${column}`);
      return;
    }
    assert.fail("it was taken for JSON");
  }));
});

const image = { id: 7, file_name: "a.jpg" };
const category = { id: 3, name: "screw" };
const annotation = { id: 1, image_id: 7, category_id: 3, bbox: [1, 2, 3, 4] };

function truthOf(more: Record<string, unknown> = {}) {
  const all = { images: [image], categories: [category], annotations: [annotation], ...more };
  return parseAnnotations(JSON.stringify(all), "gt.json");
}

Deno.test("annotations: ids become indices, area and crowd have their defaults", () => {
  const images = [{ id: 9, file_name: "b.jpg" }, image];
  const crowd = { ...annotation, image_id: 9, iscrowd: 1, area: 5.5 };
  const truth = truthOf({ images, annotations: [annotation, crowd] });
  assert.deepEqual(truth.images.map(({ id }) => id), [7, 9]);
  assert.deepEqual([...truth.image], [0, 1]);
  assert.deepEqual([...truth.area], [12, 5.5]);
  assert.deepEqual([...truth.crowd], [0, 1]);
  assert.deepEqual([...truth.box], [1, 2, 3, 4, 1, 2, 3, 4]);
});

const wrong: readonly [Record<string, unknown>, RegExp][] = [
  [
    { images: undefined },
    /^gt\.json: expected a list under `images`, but it is not there; there are `categories`, `annotations`$/,
  ],
  [{ annotations: {} }, /^gt\.json: expected a list under `annotations`, but it is an object$/],
  [
    { images: [{ id: 7 }] },
    /^gt\.json: images\[0\]: expected a text under `file_name`, found nothing$/,
  ],
  [{ images: [image, image] }, /^gt\.json: images\[1\]: id 7 is that of images\[0\] already$/],
  [
    { images: [{ id: "7", file_name: "a" }] },
    /images\[0\]: expected a whole number under `id`, found "7"$/,
  ],
  [{ annotations: [annotation, 5] }, /^gt\.json: annotations\[1\]: expected an object, found 5$/],
  [
    { annotations: [annotation, { ...annotation, image_id: 8 }] },
    /^gt\.json: annotations\[1\]: image_id is 8, which is the id of none of the `images` \(gt\.json has 1, 7 to 7\)$/,
  ],
  [
    { annotations: [{ ...annotation, category_id: 0 }] },
    /annotations\[0\]: category_id is 0, which is the id of none of the `categories`/,
  ],
  [
    { annotations: [{ ...annotation, bbox: [1, 2, 3] }] },
    /annotations\[0\]: expected \[x, y, width, height\] in pixels under `bbox`, found \[1,2,3\]$/,
  ],
  [
    { annotations: [{ ...annotation, bbox: [1, 2, -3, 4] }] },
    /found a negative size: \[1,2,-3,4\]$/,
  ],
  [{ annotations: [{ ...annotation, bbox: undefined }] }, /under `bbox`, found nothing$/],
];
for (const [more, message] of wrong) {
  Deno.test(`annotations that are wrong: ${JSON.stringify(more)}`, () => {
    fails(() => truthOf(more), message);
  });
}

Deno.test("a file of detections is no file of annotations, nor the other way round", () => {
  fails(
    () => parseAnnotations("[]", "dt.json"),
    /found a list of 0 \(is it a file of detections\?\)/,
  );
  fails(
    () => parseDetections("{}", "gt.json", truthOf()),
    /expected a list of detections .*found an obj/,
  );
});

const detection = { image_id: 7, category_id: 3, bbox: [1, 2, 3, 4], score: 0.5 };
const wrongDetections: readonly [unknown[], RegExp][] = [
  [
    [detection, { ...detection, image_id: 1 }],
    /^dt\.json: \[1\]: image_id is 1, .*\(gt\.json has 1, 7 to 7\)$/,
  ],
  [
    [{ ...detection, category_id: 2 }],
    /^dt\.json: \[0\]: category_id is 2, which is the id of none/,
  ],
  [[{ ...detection, score: undefined }], /\[0\]: expected a number under `score`, found nothing$/],
  [[{ ...detection, score: "0.5" }], /\[0\]: expected a number under `score`, found "0\.5"$/],
  [
    [{ ...detection, bbox: [1, 2, null, 4] }],
    /\[0\]: expected .*under `bbox`, found \[1,2,null,4\]$/,
  ],
];
for (const [list, message] of wrongDetections) {
  Deno.test(`detections that are wrong: ${JSON.stringify(list)}`, () => {
    fails(() => parseDetections(JSON.stringify(list), "dt.json", truthOf()), message);
  });
}
