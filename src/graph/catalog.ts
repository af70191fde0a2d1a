import { z } from "zod";
import type {
  ElementDeclaration,
  NativeElement,
  ScriptElement,
  SourceElement,
} from "../elements/declaration.ts";
import type { Registry } from "./plan.ts";

/** What the graph reads of an options schema: keys, and the JSON Schema of each. */
export interface OptionSchema {
  readonly properties: Readonly<Record<string, Record<string, unknown>>>;
  readonly required: readonly string[];
}

/** An element that stands in the list: everything but a source. */
export type ListedElement = NativeElement | ScriptElement;

const schemas = new WeakMap<z.ZodType, OptionSchema>();

/** The keys of an options schema. Read through JSON Schema, so that refined objects have them too. */
export function optionSchema(options: z.ZodType): OptionSchema {
  let schema = schemas.get(options);
  if (!schema) {
    const json = z.toJSONSchema(options, {
      io: "input",
      target: "draft-7",
      unrepresentable: "any",
    });
    schema = {
      properties: (json.properties ?? {}) as OptionSchema["properties"],
      required: json.required ?? [],
    };
    schemas.set(options, schema);
  }
  return schema;
}

/** Whether a key is an option of the declaration, under its own name or another. */
export function hasOption(declaration: ElementDeclaration, key: string): boolean {
  return Object.hasOwn(optionSchema(declaration.options).properties, canonical(declaration, key));
}

/** An option's own name. */
export function canonical(declaration: ElementDeclaration, key: string): string {
  const aliases = declaration.aliases ?? {};
  return Object.hasOwn(aliases, key) ? aliases[key]! : key;
}

/** All the names under which options of the declaration can be given. */
export function optionNames(declaration: ElementDeclaration): string[] {
  return [
    ...Object.keys(optionSchema(declaration.options).properties),
    ...Object.keys(declaration.aliases ?? {}),
  ];
}

/** Whether the element works with an engine: it has an option of that name. */
export function usesEngine(declaration: ElementDeclaration): boolean {
  return hasOption(declaration, "engine");
}

/** Declarations by place: a source and a sink may share a name (`rtsp` is both). */
export class Catalog {
  readonly sources = new Map<string, SourceElement>();
  readonly elements = new Map<string, ListedElement>();
  readonly engineOptions: z.ZodType;

  constructor(registry: Registry | Iterable<ElementDeclaration>, engineOptions: z.ZodType) {
    this.engineOptions = engineOptions;
    const declarations = "values" in registry && "has" in registry
      ? (registry as Registry).values()
      : registry as Iterable<ElementDeclaration>;
    for (const declaration of declarations) {
      if (declaration.role === "source") this.sources.set(declaration.name, declaration);
      else this.elements.set(declaration.name, declaration);
    }
  }
}
