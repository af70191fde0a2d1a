import assert from "node:assert/strict";
import { z } from "zod";
import { defineElement, type ElementDeclaration } from "../../src/elements/declaration.ts";
import { readNeeds } from "../../src/runtime/engines.ts";
import { planOf } from "../plans.ts";
import { repository } from "../shared.ts";

/** An element of somebody's own that only looks at what it accepts. */
const looking = (name: string, accepts: "image" | "raw") =>
  defineElement({
    name,
    role: "transform",
    summary: "For a test",
    accepts: [accepts],
    gives: "same",
    options: z.strictObject({}),
    example: `${name}: {}`,
    create: () => ({ process: (packet) => packet }),
  }) as ElementDeclaration;

/** What of the one engine of these elements may be as is fastest. */
async function nativeOf(elements: string): Promise<{ input: boolean; decode: boolean }> {
  const { engines } = await readNeeds(planOf(
    `
version: 1
cameras: { c: { file: x.mp4 } }
engines: { detector: { model: "${repository("pipelines/assets/parts-n.onnx")}" } }
elements: [${elements}]
`,
    [looking("look", "image"), looking("reader", "raw")],
  ));
  assert.equal(engines.length, 1);
  return engines[0]!.native;
}

const detecting = "{id: l1, letterbox: {}}, {id: i1, infer: {}}, {id: n1, nms: {}}";

Deno.test("an engine between letterboxes and nms takes and gives what is fastest", async () => {
  const all = { input: true, decode: true };
  assert.deepEqual(await nativeOf(detecting), all);
  const more = "{id: l2, from: look, letterbox: {}}, {id: i2, infer: {}}, {id: n2, nms: 0.5}";
  assert.deepEqual(await nativeOf(`look: {}, ${detecting}, ${more}`), all);
});

Deno.test("who reads an engine's tensors gets the model's own, and all its chains with him", async () => {
  const own = { input: true, decode: false };
  assert.deepEqual(await nativeOf("letterbox: {}, infer: {}, reader: {}"), own);
  assert.deepEqual(await nativeOf("letterbox: {}, infer: {}, reader: {}, nms: {}"), own);
  const more = "{id: l2, from: look, letterbox: {}}, {id: i2, infer: {}}, {id: r2, reader: {}}";
  assert.deepEqual(await nativeOf(`look: {}, ${detecting}, ${more}`), own);
});
