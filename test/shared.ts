import { fileURLToPath } from "node:url";

/** Absolute path of something in the repository. */
export function repository(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** Absolute path of something in the shared test data; null where that is absent. */
export function shared(path: string): string | null {
  return present(repository(`../shared/data/${path}`));
}

/** The Python with the reference packages; null where scripts/references has not been run. */
export function referencePython(): string | null {
  return present(repository(".lineside/references/bin/python"));
}

/** The Python with TensorRT-RTX, which builds without a GPU; null where that is not installed. */
export function tensorrtPython(): string | null {
  return present(repository(".lineside/references-tensorrt/bin/python"));
}

function present(path: string): string | null {
  try {
    Deno.statSync(path);
    return path;
  } catch {
    return null;
  }
}

/**
 * Whether a test that needs all of these must be skipped; prints why, naming what is absent.
 * For the `ignore` of `Deno.test`.
 */
export function skipped(test: string, needs: Readonly<Record<string, string | null>>): boolean {
  const absent = Object.keys(needs).filter((name) => needs[name] === null);
  if (absent.length) console.log(`skipped: ${test}: there is no ${absent.join(", no ")}`);
  return absent.length > 0;
}
