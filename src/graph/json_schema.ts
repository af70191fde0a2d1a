import type { ElementDeclaration, OptionsSchema } from "../elements/declaration.ts";
import { Catalog, optionSchema } from "./catalog.ts";
import type { itemKeys } from "./draft_element.ts";
import { queueOptions, timeoutOptions } from "./items.ts";
import type { Registry } from "./plan.ts";

/** A JSON Schema, draft 7. */
export type JsonSchema = { [key: string]: unknown };

const name = "^[\\p{L}\\p{N}_][\\p{L}\\p{N}_-]*$";
const placeholder: JsonSchema = {
  type: "string",
  pattern: "\\$\\{",
  description: "${env:NAME}, ${env:NAME:-default} or ${file:PATH}",
};

/**
 * The JSON Schema (draft 7, which editors know best) of a whole pipeline file, from the elements'
 * declarations. It knows keys, types, ranges and defaults; links, ids and ports are beyond it.
 */
export function pipelineSchema(
  registry: Registry | Iterable<ElementDeclaration>,
  engineOptions: OptionsSchema<unknown>,
): JsonSchema {
  const catalog = new Catalog(registry, engineOptions);
  const engine = optionSchema(engineOptions);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Lineside pipeline",
    type: "object",
    required: ["version", "cameras", "elements"],
    additionalProperties: false,
    properties: {
      version: { const: 1, description: "Version of this format" },
      use: {
        description: "Custom elements: files that export defineElement(…)",
        anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
      },
      cameras: {
        type: "object",
        description: "Where frames come from, by name",
        minProperties: 1,
        propertyNames: { pattern: name },
        additionalProperties: {
          anyOf: [...catalog.sources.values()].flatMap((source) => cameraSchemas(source)),
        },
      },
      engines: {
        type: ["object", "null"],
        description: "Models that run for all cameras, by name",
        propertyNames: { pattern: name },
        additionalProperties: {
          anyOf: [
            { type: "string", description: "Path of the model" },
            objectSchema(engine.properties, engine.required),
          ],
        },
      },
      elements: {
        type: "array",
        description: "What happens to frames, in order; an item with `from` starts a branch",
        minItems: 1,
        items: {
          anyOf: [...catalog.elements.values()].flatMap((element) => itemSchemas(element)),
        },
      },
    },
  };
}

/** Options by all their names; each required one under any of its names. */
function named(declaration: ElementDeclaration) {
  const { properties, required } = optionSchema(declaration.options);
  const aliases = Object.entries(declaration.aliases ?? {});
  const all: Record<string, JsonSchema> = { ...properties };
  for (const [alias, own] of aliases) {
    all[alias] = { ...properties[own], description: `The same as ${own}` };
  }
  const needed = required.map((key) => [
    key,
    ...aliases.filter(([, own]) => own === key).map(([alias]) => alias),
  ]);
  return { properties: all, needed };
}

/** `{ file: clip.mp4, loop: true }`, and `file` alone where nothing is required. */
function cameraSchemas(source: ElementDeclaration): JsonSchema[] {
  const { properties, needed } = named(source);
  // What is required may stand beside the source's key or under it, so neither side alone needs it.
  const under = [...bareSchemas(source), objectSchema(properties, [])];
  const object: JsonSchema = {
    ...objectSchema({ ...properties, [source.name]: { anyOf: under } }, [source.name]),
    description: source.summary,
  };
  return needed.length === 0 ? [object, { const: source.name }] : [object];
}

/** `letterbox: { size: 640 }`, and `letterbox` alone where nothing is required. */
function itemSchemas(element: ElementDeclaration): JsonSchema[] {
  const { properties, needed } = named(element);
  const options = objectSchema(properties, needed);
  const bare = bareSchemas(element).filter((schema) =>
    needed.length === 0 || schema.type !== "null"
  );
  const own = { anyOf: [options, ...bare], description: element.summary };
  const beside: Record<(typeof itemKeys)[number], JsonSchema> = {
    id: { type: "string", pattern: name, description: "Its name, for `from` and `--set`" },
    from: { type: "string", description: "What feeds it: an id, or `cameras`" },
    queue: queueSchema(),
    timeout: optionSchema(timeoutOptions).properties.timeout as JsonSchema,
  };
  const keys = { ...beside, [element.name]: own };
  const object = { ...objectSchema(keys, [element.name]), description: element.summary };
  // YAML reads the name of the element `null` as no value at all.
  const alone = element.name === "null" ? { enum: ["null", null] } : { const: element.name };
  return needed.length === 0 ? [object, alone] : [object];
}

function queueSchema(): JsonSchema {
  const { properties, required } = optionSchema(queueOptions);
  return {
    description: "The queue before this element: its size, its policy, or both",
    anyOf: [
      properties.size as JsonSchema,
      properties.policy as JsonSchema,
      objectSchema(properties as Record<string, JsonSchema>, required),
    ],
  };
}

/** What may stand under an element's name without a mapping: its shorthand, or nothing. */
function bareSchemas(declaration: ElementDeclaration): JsonSchema[] {
  const { properties } = optionSchema(declaration.options);
  const { shorthand } = declaration;
  const bare: JsonSchema[] = [{ type: "null" }];
  if (shorthand !== undefined && properties[shorthand]) bare.unshift(open(properties[shorthand]));
  return bare;
}

/** An object with these properties and no others. Of each array in `needed`, one must be there. */
function objectSchema(
  properties: Readonly<Record<string, JsonSchema>>,
  needed: readonly (string | readonly string[])[],
): JsonSchema {
  const opened = Object.entries(properties).map(([key, schema]) => [key, open(schema)]);
  const groups = needed.map((group) => typeof group === "string" ? [group] : group);
  const single = groups.filter((group) => group.length === 1).map(([key]) => key);
  const several = groups.filter((group) => group.length > 1).map((group) => ({
    anyOf: group.map((key) => ({ required: [key] })),
  }));
  return {
    type: "object",
    properties: Object.fromEntries(opened),
    additionalProperties: false,
    ...(single.length > 0 && { required: single }),
    ...(several.length > 0 && { allOf: several }),
  };
}

/** The schema of a value that may also be a placeholder: `fps: ${env:FPS}`. */
function open(schema: JsonSchema): JsonSchema {
  const { description, default: standard, ...rest } = schema;
  const type = rest.type;
  const text = type === "string" && rest.enum === undefined && rest.pattern === undefined;
  const inner = deepen(rest);
  const shown = {
    ...(description !== undefined && { description }),
    ...(standard !== undefined && { default: standard }),
  };
  if (text || type === undefined && Object.keys(rest).length === 0) return { ...inner, ...shown };
  return { anyOf: [inner, placeholder], ...shown };
}

/** Opens what a schema holds inside: list items and an object's values. */
function deepen(schema: JsonSchema): JsonSchema {
  const result: JsonSchema = { ...schema };
  const { items, properties, additionalProperties } = schema;
  if (Array.isArray(items)) result.items = items.map((item) => open(item as JsonSchema));
  else if (items !== undefined) result.items = open(items as JsonSchema);
  if (properties !== undefined) {
    result.properties = Object.fromEntries(
      Object.entries(properties as Record<string, JsonSchema>).map((
        [key, one],
      ) => [key, open(one)]),
    );
  }
  if (typeof additionalProperties === "object" && additionalProperties !== null) {
    result.additionalProperties = open(additionalProperties as JsonSchema);
  }
  return result;
}
