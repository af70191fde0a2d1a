import { basename, join } from "node:path";
import { listImages } from "../../src/elements/image_files.ts";
import { evenly } from "../../src/quantize/calibration/mod.ts";
import { exists, inData, inRepository } from "../places.ts";
import { run } from "../process.ts";

/** Pictures, and where it is known what is in them. */
export interface Annotated {
  /** Short, for tables. */
  readonly name: string;
  /** A folder, or a text file with one path a line. */
  readonly images: string;
  /** COCO's `instances`, of these pictures alone. */
  readonly annotations: string;
}

/** What calibrations and scores are made of. */
export interface Material {
  /** Printed-circuit boards; every tenth is held out, as the model was trained on the others. */
  readonly boards: Split;
  /** Everyday scenes. */
  readonly coco: Split;
  /** The drawn line in its first domain, and with another belt, light and camera. */
  readonly line: Split;
  readonly otherLine: Split;
}

/** Pictures to calibrate on, others to score on. */
export interface Split {
  readonly calibration: Annotated;
  readonly held: Annotated;
}

const boardClasses = ["open", "short", "mousebite", "spur", "copper", "pinhole"];

/** Where the drawn line may be: its belt, light and camera. */
export type Domain = "first" | "second";

/**
 * Writes lists and annotations, and draws scenes of the line, whatever is not there yet.
 *
 * @param domains Of the line, that scenes are drawn of; it takes minutes. Those of others are named
 * all the same.
 */
export async function material(
  work: string,
  domains: readonly Domain[],
  report: (text: string) => void,
): Promise<Material> {
  await Deno.mkdir(work, { recursive: true });
  const line = async (folder: string, count: number, seed: number, domain: Domain) => {
    const out = join(work, folder);
    if (domains.includes(domain) && !exists(join(out, "annotations.json"))) {
      report(`drawing ${count} scenes of the line's ${domain} domain`);
      const size = ["--count", `${count}`, "--seed", `${seed}`, "--domain", domain];
      await run([inRepository("scripts/demo-line/run"), "images", ...size, "--out", out]);
    }
    return { images: join(out, "images"), annotations: join(out, "annotations.json") };
  };
  const cocoSet = (name: string) => ({
    images: inData(`coco/images/${name.split("_")[0]}`),
    annotations: inData(`coco/instances_${name}.json`),
  });
  return {
    boards: await boards(work),
    coco: {
      calibration: { name: "128 of train2017", ...cocoSet("train2017_128") },
      held: { name: "64 of val2017", ...cocoSet("val2017_64") },
    },
    line: {
      calibration: { name: "line scenes", ...await line("line-first", 1000, 4201, "first") },
      held: { name: "500 line scenes", ...await line("test-first", 500, 900001, "first") },
    },
    otherLine: {
      calibration: {
        name: "scenes, second domain",
        ...await line("line-second", 300, 4202, "second"),
      },
      held: {
        name: "500 scenes, second domain",
        ...await line("test-second", 500, 900002, "second"),
      },
    },
  };
}

/** The same with so many of the held-out pictures, evenly: for an impression. */
export async function fewer(all: Material, work: string, count: number): Promise<Material> {
  const less = async ({ calibration, held }: Split, folder: string): Promise<Split> => {
    if (!exists(held.annotations)) return { calibration, held };
    const { images, annotations, ...rest } = JSON.parse(await Deno.readTextFile(held.annotations));
    const chosen: { id: number; file_name: string }[] = evenly(images, count);
    const ids = new Set(chosen.map(({ id }) => id));
    const files = new Map((await listImages(held.images)).map((file) => [basename(file), file]));
    const list = join(work, `${folder}-${count}.txt`);
    const truth = join(work, `${folder}-${count}.json`);
    const paths = chosen.map(({ file_name }) => files.get(basename(file_name)));
    await Deno.writeTextFile(list, paths.join("\n") + "\n");
    await Deno.writeTextFile(
      truth,
      JSON.stringify({
        ...rest,
        images: chosen,
        annotations: annotations.filter(({ image_id }: { image_id: number }) => ids.has(image_id)),
      }),
    );
    return {
      calibration,
      held: { name: `${count} of ${held.name}`, images: list, annotations: truth },
    };
  };
  return {
    boards: await less(all.boards, "boards"),
    coco: await less(all.coco, "coco"),
    line: await less(all.line, "line"),
    otherLine: await less(all.otherLine, "other-line"),
  };
}

/** DeepPCB's labels are lines `x1 y1 x2 y2 class`, classes from 1. */
export async function boards(work: string): Promise<Split> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(inData("deeppcb/images"))) files.push(name);
  files.sort();
  const set = async (name: string, chosen: readonly string[]): Promise<Annotated> => {
    const images = join(work, `boards-${name}.txt`);
    const annotations = join(work, `boards-${name}.json`);
    const paths = chosen.map((file) => inData(`deeppcb/images/${file}`));
    await Deno.writeTextFile(images, paths.join("\n") + "\n");
    await Deno.writeTextFile(annotations, JSON.stringify(await boardAnnotations(chosen)));
    return { name: `${chosen.length} boards`, images, annotations };
  };
  return {
    calibration: await set("calibration", files.filter((_, i) => i % 10 !== 9)),
    held: await set("held", files.filter((_, i) => i % 10 === 9)),
  };
}

async function boardAnnotations(files: readonly string[]) {
  const annotations: unknown[] = [];
  for (const [index, file] of files.entries()) {
    const path = inData(`deeppcb/labels/${basename(file).replace(/\.\w+$/, ".txt")}`);
    for (const line of (await Deno.readTextFile(path)).split("\n")) {
      if (line.trim() === "") continue;
      const [x1, y1, x2, y2, category] = line.trim().split(/\s+/).map(Number) as number[];
      const [width, height] = [x2! - x1!, y2! - y1!];
      annotations.push({
        id: annotations.length + 1,
        image_id: index + 1,
        category_id: category,
        bbox: [x1, y1, width, height],
        area: width * height,
        iscrowd: 0,
      });
    }
  }
  return {
    images: files.map((file_name, i) => ({ id: i + 1, file_name, width: 640, height: 640 })),
    annotations,
    categories: boardClasses.map((name, i) => ({ id: i + 1, name })),
  };
}
