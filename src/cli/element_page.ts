import { z } from "zod";
import type { ElementDeclaration } from "../elements/declaration.ts";
import { durationPattern, sizePattern } from "../graph/values.ts";

/** One option, as `inspect` shows it. */
export interface OptionPage {
  readonly name: string;
  /** Other names it goes by. */
  readonly aliases: readonly string[];
  /** In words: `number, 0 to 1`, `one of a, b`. */
  readonly type: string;
  readonly required: boolean;
  /** Absent: none. */
  readonly default?: unknown;
  readonly description: string;
}

/** All that `inspect` shows of an element, read from its declaration. */
export interface ElementPage {
  readonly name: string;
  readonly role: ElementDeclaration["role"];
  readonly summary: string;
  readonly description?: string;
  readonly accepts: readonly string[];
  readonly gives: string;
  /** The option that a bare value sets. */
  readonly shorthand?: string;
  readonly options: readonly OptionPage[];
  readonly example: string;
}

/** What of a JSON Schema the options use. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly description?: string;
}

/** Reads an element's declaration. */
export function elementPage(element: ElementDeclaration): ElementPage {
  const read = (io: "input" | "output") =>
    z.toJSONSchema(element.options, { io, unrepresentable: "any" }) as Schema;
  const schema = read("input");
  // A default of what is transformed, a duration say, is known to the output's schema alone.
  const outputs = read("output").properties ?? {};
  const aliases = Object.entries(element.aliases ?? {});
  return {
    name: element.name,
    role: element.role,
    summary: element.summary,
    description: element.description,
    accepts: element.accepts,
    gives: element.gives,
    shorthand: element.shorthand,
    options: Object.entries(schema.properties ?? {}).map(([name, option]) => ({
      name,
      aliases: aliases.filter(([, of]) => of === name).map(([alias]) => alias),
      type: typeText(option),
      required: schema.required?.includes(name) ?? false,
      default: option.default ?? outputs[name]?.default,
      description: option.description ?? "",
    })),
    example: element.example,
  };
}

/** A schema in words. */
function typeText(schema: Schema): string {
  if (schema.enum) return `one of ${schema.enum.map(String).join(", ")}`;
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf) {
    // A duration or size may be a number too: what it is matters more than how it is written.
    const named = schema.anyOf.find((option) => namedText(option));
    const rest = named ? schema.anyOf.filter((option) => option.type === "null") : schema.anyOf;
    return [...(named ? [namedText(named)!] : []), ...new Set(rest.map(typeText))].join(" or ");
  }
  switch (schema.type) {
    case "integer":
      return `whole number${bounds(schema)}`;
    case "number":
      return `number${bounds(schema)}`;
    case "boolean":
      return "true or false";
    case "string":
      return "text";
    case "array":
      return `list of ${schema.items ? typeText(schema.items) : "values"}`;
    case "null":
      return "null";
    case "object":
      return schema.properties
        ? `{ ${Object.keys(schema.properties).join(", ")} }`
        : typeof schema.additionalProperties === "object"
        ? `mapping of names to ${typeText(schema.additionalProperties)}`
        : "mapping";
    default:
      return "value";
  }
}

/** The values that src/graph/values.ts knows by their pattern. */
function namedText(schema: Schema): string | undefined {
  if (schema.pattern === durationPattern.source) return "duration (8ms, 2s; a number is seconds)";
  if (schema.pattern === sizePattern.source) return "size (640, 640x384)";
  return schema.anyOf?.map(namedText).find((text) => text !== undefined);
}

function bounds(schema: Schema): string {
  const unlimited = Number.MAX_SAFE_INTEGER;
  const low = schema.exclusiveMinimum !== undefined
    ? `over ${schema.exclusiveMinimum}`
    : schema.minimum !== undefined && schema.minimum > -unlimited
    ? `${schema.minimum}`
    : undefined;
  const high = schema.maximum !== undefined && schema.maximum < unlimited
    ? `${schema.maximum}`
    : undefined;
  if (low !== undefined && high !== undefined) return `, ${low} to ${high}`;
  if (low !== undefined) return `, ${low.startsWith("over") ? low : `at least ${low}`}`;
  return high !== undefined ? `, at most ${high}` : "";
}
