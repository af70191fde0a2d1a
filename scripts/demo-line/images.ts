import { join } from "node:path";
import type { Picture } from "./scene/render.ts";
import type { Domain, FrameSize } from "./scene/stage.ts";
import { inOrder } from "./work/pool.ts";
import { Progress } from "./work/progress.ts";
import { recipe } from "./work/recipe.ts";
import type { StillTask } from "./work/still_worker.ts";
import { CocoSet } from "./write/coco.ts";

/** Options of `makeImages`. */
export interface ImageOptions {
  readonly count: number;
  readonly seed: number;
  /** The folder that gets `images/` and `annotations.json`. */
  readonly out: string;
  readonly domain: Domain;
  readonly size: FrameSize;
  readonly workers: number;
  readonly signal?: AbortSignal;
}

/**
 * Writes independent stills and their COCO annotations. The annotations come last and at once, so
 * a folder that has them is complete.
 *
 * @returns images a second.
 * @throws {Deno.errors.AlreadyExists} the folder has annotations already.
 */
export async function makeImages(options: ImageOptions): Promise<number> {
  const { count, seed, out, domain, size, workers, signal } = options;
  const target = join(out, "annotations.json");
  if (await exists(target)) {
    throw new Deno.errors.AlreadyExists(`${target} is there already: name another folder`);
  }
  await Deno.mkdir(join(out, "images"), { recursive: true });
  const hash = await recipe("images", { count, seed, domain, size });
  const set = new CocoSet({ seed, domain, recipe: hash }, size);
  const tasks = Array.from({ length: count }, (_, index): StillTask => ({
    seed,
    index,
    domain,
    size,
  }));
  const progress = new Progress("images", count);
  try {
    const module = new URL("work/still_worker.ts", import.meta.url);
    let index = 0;
    for await (
      const { jpeg, labels } of inOrder<StillTask, Picture>(tasks, { module, workers, signal })
    ) {
      const name = `${String(index++).padStart(6, "0")}.jpg`;
      await Deno.writeFile(join(out, "images", name), jpeg);
      set.add(name, labels);
      progress.step();
    }
  } finally {
    progress.end();
  }
  await Deno.writeTextFile(`${target}.part`, set.text());
  await Deno.rename(`${target}.part`, target);
  return progress.rate();
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
