import { z } from "zod";

/** What every path in a pipeline may contain in braces. */
const common = ["camera", "time"];

/**
 * A path with placeholders: `{camera}`, `{time}` (when the run began, UTC) and those of `more`.
 * Any other name in braces is refused, with the names there are.
 */
export function pathTemplate(more: readonly string[] = []): z.ZodString {
  const known = [...common, ...more];
  return z.string().min(1).superRefine((text, context) => {
    for (const [, name] of text.matchAll(/\{([^{}]*)\}/g)) {
      if (known.includes(name!)) continue;
      context.addIssue({
        code: "custom",
        message: `unknown placeholder {${name}}; there are ${
          known.map((name) => `{${name}}`).join(", ")
        }`,
      });
    }
  });
}

/** The folder of a path, as far as it has no placeholders, with a / at its end. */
export function folderOf(template: string): string {
  const known = template.split("{")[0]!;
  return known.slice(0, known.lastIndexOf("/") + 1) || "./";
}

/** Fills the placeholders of a checked template in. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([^{}]*)\}/g, (whole, name) => values[name] ?? whole);
}
