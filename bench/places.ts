import { fileURLToPath } from "node:url";

/** Absolute path of something in the repository. */
export function inRepository(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** Absolute path of something in the shared test data. */
export function inData(path: string): string {
  return inRepository(`../shared/data/${path}`);
}

/** The Python of the references' own environment; scripts/references installs it. */
export const python: string = inRepository(".lineside/references/bin/python");

/** Whether there is a file or folder at `path`. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
