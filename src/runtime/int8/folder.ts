import { join } from "node:path";

/** Models of one name that are kept, and ways to run each: those used last. */
const keptAlike = 4;
/** Models that are kept in all. */
const keptInAll = 24;
/** What was used a shorter time ago stays: another process may be about to open it. */
const grace = 10 * 60 * 1000;

/** The user's own folder for what can be made again: `$XDG_CACHE_HOME/lineside`, `~/.cache/lineside`. */
export function userCache(): string | undefined {
  const base = Deno.env.get("XDG_CACHE_HOME");
  if (base?.startsWith("/")) return join(base, "lineside");
  const home = Deno.env.get("HOME");
  return home?.startsWith("/") ? join(home, ".cache", "lineside") : undefined;
}

/** A folder to write to, and how to be rid of it if it is none to keep. */
export interface CacheFolder {
  /** Its path. */
  readonly path: string;
  /** Why the user's own folder can't be used, if it can't. */
  readonly problem?: string;
  /** Removes it, if it is temporary. */
  close(): Promise<void>;
}

/**
 * The folder that INT8 models are kept in: `int8` in the one that was asked for, or in the user's own.
 * Where that can't be written to, a temporary one.
 *
 * @throws {Error} The folder that was asked for can't be written to.
 */
export async function openCache(asked: string): Promise<CacheFolder> {
  const root = asked || userCache();
  try {
    if (root === undefined) throw new Error("neither XDG_CACHE_HOME nor HOME names a folder");
    const path = join(root, "int8");
    await Deno.mkdir(path, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: path, suffix: ".part" }));
    return { path, close: () => Promise.resolve() };
  } catch (error) {
    const problem = `can't write to the folder ${root}: ${(error as Error).message}`;
    if (asked) throw new Error(`cache: ${problem}`, { cause: error });
    const path = await Deno.makeTempDir({ prefix: "lineside-int8-" });
    return { path, problem, close: () => gone(path) };
  }
}

/** Notes that a folder is used, and makes it if need be. */
export async function use(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true });
  const now = new Date();
  await Deno.utime(path, now, now).catch(() => {});
}

/** Removes a file or folder; that it is gone already is as good. */
export async function gone(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {});
}

/**
 * Keeps the folder bounded: of the models of one name those four that were used last, 24 in all, and of
 * each the four ways to run it (device, batch, threads …) that were used last. Nothing that was used
 * in the last ten minutes goes.
 */
export async function prune(folder: string, now = Date.now()): Promise<void> {
  const models = await newestFirst(folder);
  const alike = new Map<string, number>();
  let kept = 0;
  for (const { path, name, used } of models) {
    const stem = name.replace(/-[0-9a-f]{16}$/, "");
    const order = alike.get(stem) ?? 0;
    alike.set(stem, order + 1);
    const young = now - used < grace;
    if (young || (stem !== name && order < keptAlike && kept < keptInAll)) {
      kept++;
      await pruneModel(path, now);
    } else await gone(path);
  }
}

async function pruneModel(folder: string, now: number): Promise<void> {
  let ways = 0;
  for (const { path, name, used, isFile } of await newestFirst(folder)) {
    const unfinished = name.endsWith(".part");
    if (isFile && !unfinished) continue;
    const tooMany = unfinished || ++ways > keptAlike;
    if (tooMany && now - used >= grace) await gone(path);
  }
}

interface Found {
  readonly path: string;
  readonly name: string;
  readonly isFile: boolean;
  /** Milliseconds since 1970. */
  readonly used: number;
}

async function newestFirst(folder: string): Promise<Found[]> {
  const found: Found[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const path = join(folder, name);
      const { mtime } = await Deno.stat(path);
      found.push({ path, name, isFile, used: mtime?.getTime() ?? 0 });
    }
  } catch { /* another process tidies up as well */ }
  return found.sort((a, b) => b.used - a.used);
}
