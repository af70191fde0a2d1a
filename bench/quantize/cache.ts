import { join } from "node:path";
import { inRepository } from "../places.ts";
import { run } from "../process.ts";

/** Hexadecimal digits of a SHA-256, the first sixteen. */
export async function digest(
  ...parts: readonly (string | Uint8Array<ArrayBuffer>)[]
): Promise<string> {
  const hashes = await Promise.all(
    parts.map((part) =>
      crypto.subtle.digest(
        "SHA-256",
        typeof part === "string" ? new TextEncoder().encode(part) : part,
      )
    ),
  );
  const all = new Uint8Array(hashes.flatMap((hash) => [...new Uint8Array(hash)]));
  const whole = parts.length === 1
    ? all
    : new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return whole.slice(0, 8).toHex();
}

/** Of a model's file, with the weights that lie beside OpenVINO's IR. */
export async function modelDigest(path: string): Promise<string> {
  const files = path.endsWith(".xml") ? [path, path.replace(/xml$/, "bin")] : [path];
  return await digest(...await Promise.all(files.map((file) => Deno.readFile(file))));
}

let sources: Promise<string> | undefined;

/** Of the program's own sources as they are now: what they made is of no use for others. */
export function sourcesDigest(): Promise<string> {
  return sources ??= (async () => {
    const git = ["git", "-C", inRepository(".")];
    const listed = (await run([...git, "ls-files", "-s", "src", "ffi"])).stdout;
    const changed = (await run([...git, "diff", "HEAD", "--", "src", "ffi"])).stdout;
    return await digest(listed, changed);
  })();
}

/** What `work` gave for this key before, or what it gives now, kept in `folder`. */
export async function kept<T>(
  folder: string,
  key: readonly (string | number | null)[],
  work: () => Promise<T>,
): Promise<T> {
  const path = join(folder, `${await digest(JSON.stringify(key))}.json`);
  try {
    return JSON.parse(await Deno.readTextFile(path)).value as T;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const value = await work();
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${path}.part`, JSON.stringify({ key, value }));
  await Deno.rename(`${path}.part`, path);
  return value;
}
