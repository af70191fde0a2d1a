import assert from "node:assert/strict";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { elements } from "../../src/elements/index.ts";
import { engineOptions } from "../../src/elements/infer.ts";

for (const element of elements.values()) {
  Deno.test(`${element.name}: its declaration is complete, and its example is one`, () => {
    assert.match(element.name, /^[a-z][a-z0-9-]*$/);
    assert.ok(element.summary && !element.summary.endsWith("."));
    const { properties = {} } = z.toJSONSchema(element.options, { io: "input" });
    for (const [name, property] of Object.entries(properties)) {
      assert.ok((property as { description?: string }).description, `${name} has no description`);
    }
    if (element.shorthand) assert.ok(element.shorthand in properties);
    for (const [alias, name] of Object.entries(element.aliases ?? {})) {
      assert.ok(name in properties && !(alias in properties), `${alias} stands for ${name}`);
    }
    const example = parseYaml(element.example) as Record<string, unknown>;
    const { [element.name]: own, ...beside } = example;
    const written = own !== null && typeof own === "object"
      ? { ...own, ...beside }
      : { [element.shorthand!]: own, ...beside };
    const parsed = element.options.parse(written) as Record<string, unknown>;
    // What is parsed once may be parsed again: settings are applied to parsed options.
    assert.deepEqual(element.options.parse(parsed), parsed);
    assert.equal(element.options.safeParse({ ...written, nonsense: 1 }).success, false);
  });
}

Deno.test("an engine needs a model, and says what it takes", () => {
  assert.equal(engineOptions.safeParse({}).success, false);
  const parsed = engineOptions.parse({ model: "m.onnx", maxDelay: "3ms", mean: 5 });
  assert.deepEqual([parsed.maxDelay, parsed.mean, parsed.batch], [0.003, 5, 1]);
});

Deno.test("a path with an unknown placeholder is refused, with those there are", () => {
  const { error } = elements.get("events")!.options.safeParse({ file: "{cam}.jsonl" });
  assert.match(
    error!.issues[0]!.message,
    /unknown placeholder \{cam\}; there are \{camera\}, \{time\}/,
  );
});
