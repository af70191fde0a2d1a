import assert from "node:assert/strict";
import { Ajv, type ValidateFunction } from "ajv";
import { parse as parseYaml } from "yaml";
import { elements } from "../../src/elements/index.ts";
import { engineOptions } from "../../src/elements/infer.ts";
import { pipelineSchema } from "../../src/graph/json_schema.ts";
import { declarations, good, parse } from "./fixture.ts";

const schema = pipelineSchema(elements, engineOptions);

/** Strict but for `required`, which the schema also says of one of several names. */
const valid: ValidateFunction = new Ajv({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
})
  .compile(schema);

/** A pipeline around a declaration's example. */
function around(declaration: (typeof declarations)[number]): string {
  const { role, example } = declaration;
  return role === "source"
    ? good.replace("{ file: clip.mp4 }", example)
    : good.replace(/elements:[^]*/, `elements:\n  - ${example.replaceAll("\n", "\n    ")}\n`);
}

Deno.test("the schema takes right pipelines", () => {
  const variants = [
    good,
    good.replace("letterbox: { size: 640 }", "letterbox: 640"),
    good.replace("{ size: 640 }", "{ size: 640x384 }"),
    good.replace("{ score: 0.25 }", "\n      score: ${env:SCORE:-0.3}"),
    good.replace("file: clip.mp4", "file: clip.mp4, loop: 3"),
    good.replace("{ file: clip.mp4 }", "{ file: { path: clip.mp4, loop: true } }"),
    good.replace("from: track", "from: track\n    queue: latest\n    timeout: 5s"),
    good.replace("from: track", "from: track\n    queue: { size: 8, policy: drop-oldest }"),
    good.replace("- track", "- null\n  - 'null'\n  - track"),
    good.replace("version: 1", "version: 1\nuse: [a.ts]"),
  ];
  for (const text of variants) {
    assert.notEqual(parse(text).plan, undefined, text);
    assert.ok(valid(parseYaml(text)), `${text}\n${JSON.stringify(valid.errors, null, 1)}`);
  }
});

for (const declaration of declarations) {
  Deno.test(`the schema takes the example of ${declaration.role} ${declaration.name}`, () => {
    const text = around(declaration);
    assert.ok(valid(parseYaml(text)), `${text}\n${JSON.stringify(valid.errors, null, 1)}`);
  });
}

Deno.test("the schema refuses what check refuses for its keys and types", () => {
  for (
    const [from, to] of [
      ["version: 1", "version: 2"],
      ["file: clip.mp4", "fil: clip.mp4"],
      ["file: clip.mp4", "file: clip.mp4, loup: true"],
      ["model: m.onnx", "model: 5"],
      ["model: m.onnx", "batch: 1"],
      ["score: 0.25", "score: high"],
      ["score: 0.25", "score: 1.5"],
      ["score: 0.25", "scor: 0.5"],
      ["size: 640", "size: big"],
      ["- track", "- trak"],
      ["- track", "- track: { tracker: bytetrak }"],
      ["- track", "- track: {}\n    queue: lates"],
      ["- track", "- track: {}\n    timeout: soon"],
      ["- track", "- track: {}\n    foo: 1"],
      ["cameras:", "camera:"],
    ] as const
  ) {
    const text = good.replace(from, to);
    assert.notEqual(text, good);
    assert.equal(valid(parseYaml(text)), false, `${to} passed the schema`);
    assert.equal(parse(text).plan, undefined, `${to} passed check`);
  }
});

Deno.test("the schema describes options and gives their defaults", () => {
  const text = JSON.stringify(schema);
  assert.match(text, /"description":"Detections must score more than this/);
  assert.match(text, /"default":0\.25/);
});

Deno.test("every file in pipelines/ passes the schema", () => {
  const folder = new URL("../../pipelines/", import.meta.url);
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".yaml")) continue;
    const value = parseYaml(Deno.readTextFileSync(new URL(name, folder)));
    assert.ok(valid(value), `${name}\n${JSON.stringify(valid.errors, null, 1)}`);
  }
});
