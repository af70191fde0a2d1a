import assert from "node:assert/strict";
import {
  DataError,
  mapClasses,
  pairPictures,
  parseAnnotations,
  restrictTruth,
} from "../../src/evaluate/mod.ts";

const truthWith = (files: readonly string[], names: readonly string[] = ["a"]) =>
  parseAnnotations(
    JSON.stringify({
      images: files.map((file_name, id) => ({ id, file_name })),
      categories: names.map((name, id) => ({ id, name })),
      annotations: names.map((_, id) => (
        { id, image_id: id % files.length, category_id: id, bbox: [id, 0, 9, 9] }
      )),
    }),
    "gt.json",
  );

Deno.test("pictures go with records by name, then by folders", () => {
  const truth = truthWith(["left/1.jpg", "right/1.jpg", "2.jpg", "3.jpg"]);
  const { paths, unknown } = pairPictures(truth, [
    "/data/right/1.jpg",
    "/data/left/1.jpg",
    "./2.jpg",
    "4.jpg",
  ]);
  assert.deepEqual(paths, ["/data/left/1.jpg", "/data/right/1.jpg", "./2.jpg", undefined]);
  assert.deepEqual(unknown, ["4.jpg"]);
});

Deno.test("a ground truth can be cut to some pictures and classes", () => {
  const truth = truthWith(["0", "1", "2"], ["a", "b", "c", "d"]);
  const cut = restrictTruth(truth, (image) => image > 0, (category) => category !== 2);
  assert.deepEqual(cut.images.map(({ id }) => id), [1, 2]);
  assert.deepEqual(cut.categories.map(({ name }) => name), ["a", "b", "d"]);
  // a and d are in picture 0, c is left out.
  assert.deepEqual([...cut.category], [1]);
  assert.deepEqual([...cut.image], [0]);
  assert.deepEqual([...cut.box], [1, 0, 9, 9]);
});

Deno.test("classes become categories by name; those without one do not count", () => {
  const truth = truthWith(["1"], ["Traffic-Light", "car"]);
  const map = mapClasses(["car", "dog", "traffic light"], truth, "m.onnx");
  assert.deepEqual([...map.category], [1, -1, 0]);
  assert.deepEqual([map.by, map.unused], ["name", ["dog"]]);
});

Deno.test("80 classes and 80 categories go in order where names do not fit", () => {
  const eighty = (prefix: string) => Array.from({ length: 80 }, (_, i) => `${prefix}${i}`);
  const truth = truthWith(["1"], eighty(""));
  const map = mapClasses(eighty("class "), truth, "m.onnx");
  assert.equal(map.by, "order");
  assert.deepEqual([...map.category], Array.from({ length: 80 }, (_, i) => i));
  assert.throws(() => mapClasses(eighty("class "), truth, "m.onnx", "name"), DataError);
});

Deno.test("a category without a class is told with the nearest class", () => {
  const truth = truthWith(["1"], ["pin hole", "shrot"]);
  assert.throws(
    () => mapClasses(["pin-hole", "short"], truth, "m.onnx"),
    /^DataError: m\.onnx: has no class for the category `shrot` \(is it `short`\?\) of gt\.json; its 2 classes are `pin-hole`, `short`$/,
  );
  const first = (category: number) => category === 0;
  const known = mapClasses(["pin-hole", "short"], truth, "m.onnx", "auto", first);
  assert.deepEqual([...known.category], [0, -1]);
  assert.deepEqual([...mapClasses(["x", "y"], truth, "m.onnx", "order").category], [0, 1]);
  assert.throws(
    () => mapClasses(["x"], truth, "m.onnx", "order"),
    /has 1 classes, gt\.json has 2: only as many/,
  );
});
