import type { NativeContext } from "./declaration.ts";

/**
 * What a native element is told when its part of a chain is asked for: a part is the same for all
 * cameras, so it has no camera, path or bus to make use of.
 */
export function partContext(
  id: string,
  known: Pick<NativeContext, "model" | "engine">,
): NativeContext {
  return { camera: "", id, report() {}, path: (template) => template, ...known };
}
