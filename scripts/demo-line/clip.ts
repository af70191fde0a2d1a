import { dirname } from "node:path";
import type { ClipPlan } from "./motion/plan.ts";
import { planLine } from "./motion/plan.ts";
import { framesPerSecond } from "./motion/travel.ts";
import type { ClipFrame, FrameTask } from "./work/clip_worker.ts";
import { inOrder } from "./work/pool.ts";
import { Progress } from "./work/progress.ts";
import { recipe } from "./work/recipe.ts";
import { TruthBook, type Verdicts } from "./write/truth.ts";
import { VideoWriter } from "./write/video.ts";

/** Options of `makeClip`. */
export interface ClipOptions extends ClipPlan {
  /** The clip's path; `NAME.gt.txt` and `NAME.truth.json` get beside `NAME.mp4`. */
  readonly out: string;
  /** libx264's constant rate factor. */
  readonly crf: number;
  readonly workers: number;
  readonly signal?: AbortSignal;
}

/**
 * Draws a clip and writes the truth beside it. The clip gets its name when all is done; nothing is
 * left of one that is interrupted.
 *
 * @returns totals of its parts, and frames a second.
 * @throws {Error} ffmpeg failed, with what it said.
 */
export async function makeClip(options: ClipOptions): Promise<Verdicts & { rate: number }> {
  const { out, crf, workers, signal, ...plan } = options;
  const { seconds, seed, domain, size, rejects } = plan;
  await Deno.stat(dirname(out)); // says what is missing before anything is drawn
  const base = out.replace(/\.mp4$/, "");
  const line = planLine(plan);
  const lineX = plan.line * size.width;
  const book = new TruthBook(line.parts, lineX);
  const tasks = Array.from(line.travel, (_, frame): FrameTask => ({ plan, frame }));
  const partial = `${base}.part.mp4`;
  const video = new VideoWriter(partial, size, framesPerSecond, crf);
  const progress = new Progress("frames", tasks.length);
  const module = new URL("work/clip_worker.ts", import.meta.url);
  try {
    for await (
      const { rgb, sightings } of inOrder<FrameTask, ClipFrame>(tasks, { module, workers, signal })
    ) {
      await video.write(rgb);
      book.add(sightings);
      progress.step();
    }
    await video.close();
  } catch (error) {
    await video.abort();
    await Deno.remove(partial).catch(() => {});
    throw error;
  } finally {
    progress.end();
  }
  const verdicts = book.verdicts();
  const info = { seconds, seed, domain, rejects, crf, ...size, fps: framesPerSecond };
  const truth = {
    info: { ...info, recipe: await recipe("clip", info) },
    line: { x: lineX },
    verdicts,
    parts: book.parts(),
  };
  await Deno.writeTextFile(`${base}.gt.txt`, book.mot());
  await Deno.writeTextFile(`${base}.truth.json`, JSON.stringify(truth, null, 1) + "\n");
  await Deno.rename(partial, out);
  return { ...verdicts, rate: progress.rate() };
}
