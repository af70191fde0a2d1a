import sharp from "sharp";
import { z } from "zod";
import type {
  ElementContext,
  ElementDeclaration,
  ElementInstance,
} from "../src/elements/declaration.ts";
import { defineElement } from "../src/elements/declaration.ts";
import { elements } from "../src/elements/index.ts";
import { engineOptions } from "../src/elements/infer.ts";
import { parsePipeline, type Plan } from "../src/graph/mod.ts";

/** A plan of YAML, with elements of the test's own. */
export function planOf(yaml: string, own: readonly ElementDeclaration[] = []): Plan {
  const registry = new Map([...elements, ...own.map((one) => [one.name, one] as const)]);
  const result = parsePipeline(yaml, { file: "test.yaml", registry, engineOptions });
  if (!result.plan) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

/** An element of one function, or of one that makes the instance. */
export function element(
  name: string,
  make: ElementInstance["process"] | { create(context: ElementContext): ElementInstance },
): ElementDeclaration {
  return defineElement({
    name,
    role: "transform",
    summary: "For a test",
    accepts: ["image"],
    // So that events may follow.
    gives: "detections",
    options: z.strictObject({}),
    example: `${name}: {}`,
    create: (_options, context) =>
      typeof make === "function" ? { process: make } : make.create(context),
  }) as ElementDeclaration;
}

/** Runs a test in a folder of its own. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "lineside-test-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes `count` small pictures, `1.png` on, into a new folder; returns its path. */
export async function pictures(folder: string, count: number, name = "in"): Promise<string> {
  const path = `${folder}/${name}`;
  await Deno.mkdir(path);
  for (let i = 1; i <= count; i++) {
    const background = { r: (i * 37) % 256, g: 90, b: 40 };
    await sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .png().toFile(`${path}/${i}.png`);
  }
  return path;
}
