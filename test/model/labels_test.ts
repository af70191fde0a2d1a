import assert from "node:assert/strict";
import { cocoLabels } from "../../src/model/coco.ts";
import { parseLabelFile, parseNames } from "../../src/model/labels.ts";

Deno.test("reads names as Python writes them", () => {
  assert.deepEqual(parseNames("{0: 'person', 1: 'car'}"), ["person", "car"]);
  assert.deepEqual(parseNames("['a', \"it's\",]"), ["a", "it's"]);
  assert.deepEqual(parseNames("{0: 'caf\\u00e9', 1: 'a\\'b', 2: 'c\\\\d'}"), [
    "café",
    "a'b",
    "c\\d",
  ]);
  assert.deepEqual(parseNames("{0: 'x:y, {z}'}"), ["x:y, {z}"]);
  assert.deepEqual(parseNames('{0: "日本"}'), ["日本"]);
});

Deno.test("what is no such literal has no names", () => {
  for (
    const text of [
      "",
      "person",
      "{1: 'a'}",
      "{0: 'a', 2: 'b'}",
      "{0: 'a' 1: 'b'}",
      "['a'",
      "{0 'a'}",
    ]
      .concat(["{0: a}", "[1, 2]", "{}", "[]", "{0: 'a'}}", "__import__('os')"])
  ) {
    assert.equal(parseNames(text), undefined, text);
  }
});

Deno.test("reads a label a line", () => {
  assert.deepEqual(parseLabelFile("\ufeffcap\r\nno cap\r\n\r\n"), ["cap", "no cap"]);
});

Deno.test("COCO has 80 classes, each once", () => {
  assert.equal(cocoLabels.length, 80);
  assert.equal(new Set(cocoLabels).size, 80);
  assert.equal(cocoLabels[39], "bottle");
});
