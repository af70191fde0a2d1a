import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { ElementDeclaration, ScriptElement } from "./declaration.ts";
import { portTypes } from "./ports.ts";
import type { CustomElementFile } from "../graph/parse.ts";
import type { Diagnostic, Registry } from "../graph/plan.ts";

/** The elements a pipeline can use, and what is wrong with those it brings along. */
export interface CustomElements {
  readonly registry: Registry;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Imports the files named under `use:`. Each exports one or more elements, as its default or by
 * name; what is not an element is passed over. A file without any is a mistake.
 */
export async function loadCustomElements(
  files: readonly CustomElementFile[],
  builtIn: Registry,
): Promise<CustomElements> {
  const registry = new Map<string, ElementDeclaration>(builtIn);
  const diagnostics: Diagnostic[] = [];
  for (const { path, position } of files) {
    const error = (message: string) => {
      diagnostics.push({ level: "error", message: `${path}: ${message}`, position });
    };
    let exported: Record<string, unknown>;
    try {
      exported = await import(pathToFileURL(resolve(path)).href);
    } catch (cause) {
      error(`can't be imported: ${firstLine(cause)}`);
      continue;
    }
    const candidates = new Set(Object.values(exported).filter(looksLikeElement));
    if (candidates.size === 0) {
      error("exports no element: expected `export default defineElement({ … })`");
    }
    for (const element of candidates) {
      const wrong = elementMistake(element);
      if (wrong) error(wrong);
      else if (registry.has(element.name)) error(`there is an element \`${element.name}\` already`);
      else registry.set(element.name, element);
    }
  }
  return { registry, diagnostics };
}

function looksLikeElement(value: unknown): value is ScriptElement {
  return typeof value === "object" && value !== null && "role" in value && "create" in value;
}

/** What TypeScript would have refused, for files that nobody type-checked. */
function elementMistake(element: ScriptElement): string | undefined {
  const name = typeof element.name === "string" ? element.name : "";
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    return `the element's name must be lower-case words joined by -, found ${
      JSON.stringify(element.name)
    }`;
  }
  if (element.role !== "transform" && element.role !== "sink") {
    return `\`${name}\`: role must be "transform" or "sink", found ${JSON.stringify(element.role)}`;
  }
  const accepts: unknown = element.accepts;
  if (!Array.isArray(accepts) || accepts.length === 0) {
    return `\`${name}\`: accepts must list port types: ${portTypes.join(", ")}`;
  }
  const unknown = [...accepts, element.gives].find((type) =>
    type !== "same" && !portTypes.includes(type)
  );
  if (unknown !== undefined || accepts.includes("same")) {
    return `\`${name}\`: there is no port type ${JSON.stringify(unknown ?? "same")}; there are ${
      portTypes.join(", ")
    }`;
  }
  if (!(element.options instanceof z.ZodType)) {
    return `\`${name}\`: options must be a zod object, z.strictObject({}) if there are none`;
  }
  if (typeof element.create !== "function") return `\`${name}\`: create must be a function`;
  return undefined;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0]!;
}
