import assert from "node:assert/strict";
import type { ElementDeclaration } from "../../src/elements/declaration.ts";
import { fits } from "../../src/elements/ports.ts";
import { optionSchema } from "../../src/graph/catalog.ts";
import { customElementFiles } from "../../src/graph/parse.ts";
import { declarations, lines, parse } from "./fixture.ts";

/** Elements that lead from a camera to what the declaration takes. */
function before({ accepts }: ElementDeclaration): string {
  const chain = [
    ["image", ""],
    ["tensor", "  - letterbox: 640\n"],
    ["raw", "  - { id: first, infer: detector }\n"],
    ["detections", "  - { id: boxes, nms: 0.25 }\n"],
    ["tracks", "  - track\n"],
  ] as const;
  const end = chain.findIndex(([type]) => fits(type, accepts));
  return chain.slice(0, end + 1).map(([, text]) => text).join("");
}

for (const declaration of declarations) {
  const { role, name, example } = declaration;
  Deno.test(`the example of ${role} ${name} works as it stands`, () => {
    const source = role === "source";
    const result = parse(`version: 1
cameras:
  clip: ${source ? example : "{ file: clip.mp4 }"}
engines:
  detector: { model: m.onnx }
elements:
${source ? "" : before(declaration)}${source ? "  - null" : `  - ${example}`}
`);
    const errors = lines(result).filter((line) => !line.includes("warning"));
    assert.deepEqual(errors, []);
    assert.ok(result.plan);
    const used = source ? result.plan.cameras[0]!.source : result.plan.nodes.at(-1)!.element;
    assert.equal(used.name, name);
  });
}

Deno.test("every declaration describes its options and keeps to the rules of names", () => {
  for (const { name, summary, shorthand, aliases, options } of declarations) {
    assert.match(name, /^[a-z][a-z0-9-]*$/);
    assert.doesNotMatch(summary, /\.$/, `${name}: a summary has no full stop at its end`);
    const { properties: shape } = optionSchema(options);
    for (const [key, option] of Object.entries(shape)) {
      assert.ok(option.description, `${name}.${key} says what it is`);
    }
    if (shorthand !== undefined) assert.ok(shape[shorthand], `${name}.${shorthand}`);
    for (const [alias, own] of Object.entries(aliases ?? {})) {
      assert.ok(shape[own], `${name}: ${alias} stands for ${own}`);
      assert.ok(!shape[alias], `${name}: ${alias} is an option itself`);
    }
  }
});

Deno.test("custom element files are found before anything else is right", () => {
  const files = (text: string) => {
    const env = (name: string) => name === "DIR" ? "own" : undefined;
    const { files, diagnostics } = customElementFiles(text, { file: "p.yaml", env });
    return [
      files.map(({ path, position }) => [path, position.line]),
      lines({ diagnostics, secrets: [], sources: new Map() }),
    ];
  };
  assert.deepEqual(files("use: [a.ts, '${env:DIR}/b.ts']\nelements: 3"), [
    [["a.ts", 1], ["own/b.ts", 1]],
    [],
  ]);
  assert.deepEqual(files("use: a.ts"), [[["a.ts", 1]], []]);
  assert.deepEqual(files("version: 1"), [[], []]);
  assert.deepEqual(files("use:\n  - 7\n  - ${env:NO}"), [
    [],
    [
      "2:5 error: `use` must be a list of files, each the path of a TypeScript module",
      "3:5 error: environment variable `NO` is not set: set it, or write ${env:NO:-default}",
    ],
  ]);
  assert.deepEqual(files("use: [a"), [[], []], "syntax is for parsePipeline to tell of");
});

Deno.test("every file in pipelines/ compiles", async () => {
  const folder = new URL("../../pipelines/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".yaml")) continue;
    const result = parse(await Deno.readTextFile(new URL(name, folder)), { file: name });
    assert.deepEqual(result.diagnostics, [], name);
  }
});
