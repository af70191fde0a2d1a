import assert from "node:assert/strict";
import {
  type CocoEvaluation,
  evaluateDetections,
  parseAnnotations,
  parseDetections,
} from "../../src/evaluate/mod.ts";
import { output } from "../process.ts";
import { referencePython, repository, shared, skipped } from "../shared.ts";
import { inFolder } from "../plans.ts";
import { random } from "../tracking/random.ts";

interface Reference {
  readonly figures: Record<string, number>;
  readonly classes: Record<string, Record<string, number>>;
}

/** pycocotools' figures of pairs of files. */
async function reference(python: string, files: readonly string[]): Promise<Reference[]> {
  return JSON.parse(
    await output([python, repository("test/evaluate/coco_reference.py"), ...files]),
  );
}

/** Ours of the same files. */
async function ours(annotations: string, results: string): Promise<CocoEvaluation> {
  const truth = parseAnnotations(await Deno.readTextFile(annotations), "annotations");
  return evaluateDetections(
    truth,
    parseDetections(await Deno.readTextFile(results), "results", truth),
  );
}

/** The largest difference of any figure, with its name. */
function furthest({ figures, classes }: CocoEvaluation, theirs: Reference): [number, string] {
  let most: [number, string] = [0, "none"];
  const compare = (name: string, a: number, b: number) => {
    if (!(Math.abs(a - b) <= most[0])) most = [Math.abs(a - b), `${name}: ${a}, reference ${b}`];
  };
  assert.deepEqual(Object.keys(figures), Object.keys(theirs.figures));
  for (const [name, value] of Object.entries(figures)) compare(name, value, theirs.figures[name]!);
  for (const one of classes) {
    const other = theirs.classes[one.category.id]!;
    for (const key of ["AP", "AP50", "AP75", "AR100"] as const) {
      compare(`${key} of class ${one.category.id}`, one[key], other[key]!);
    }
  }
  return most;
}

const known = {
  "annotations with a known answer": shared("cocoeval/instances_val2014_100.json"),
  "detections with a known answer": shared("cocoeval/instances_val2014_fakebbox100_results.json"),
};
const files = Object.values(known) as string[];

Deno.test({
  name: "the figures that COCO publishes with its examples, over 100 images and over 99",
  ignore: skipped("COCO's examples", known),
  async fn() {
    const { figures } = await ours(files[0]!, files[1]!);
    assert.equal(figures.AP.toFixed(5), "0.50458");
    assert.equal(figures.AP50.toFixed(5), "0.69697");
    const annotations = JSON.parse(await Deno.readTextFile(files[0]!));
    const results = JSON.parse(await Deno.readTextFile(files[1]!)) as { image_id: number }[];
    const answered = new Set(results.map((one) => one.image_id));
    annotations.images = annotations.images.filter((one: { id: number }) => answered.has(one.id));
    annotations.annotations = annotations.annotations
      .filter((one: { image_id: number }) => answered.has(one.image_id));
    assert.equal(annotations.images.length, 99);
    const truth = parseAnnotations(JSON.stringify(annotations), "99 images");
    const found = parseDetections(JSON.stringify(results), "results", truth);
    const some = evaluateDetections(truth, found).figures;
    assert.equal(some.AP.toFixed(5), "0.50699");
    assert.equal(some.AP50.toFixed(5), "0.69938");
  },
});

Deno.test({
  name: "all figures of COCO's examples, and of each class, are those of pycocotools",
  ignore: skipped("pycocotools on COCO's examples", { ...known, python: referencePython() }),
  async fn() {
    const [theirs] = await reference(referencePython()!, files);
    const [difference, what] = furthest(await ours(files[0]!, files[1]!), theirs!);
    console.log(`largest difference ${difference.toExponential(1)}, ${what}`);
    assert.ok(difference < 1e-6, what);
  },
});

/** A problem with what makes COCO's rules differ: crowds, all sizes, ties, duplicates, none at all. */
function problem(seed: number): { annotations: unknown; results: unknown[] } {
  const next = random(seed * 7919 + 1);
  const below = (count: number) => Math.floor(next() * count);
  const images = Array.from({ length: 1 + below(12) }, (_, i) => ({
    id: (i * 37) % 101 + 1,
    file_name: `${i}.jpg`,
    width: 400,
    height: 300,
  }));
  const categories = Array.from({ length: 1 + below(4) }, (_, i) => ({
    id: 90 - i * 7,
    name: `class ${i}`,
  }));
  // Coarse numbers, so that IoUs and areas fall on thresholds.
  const grid = [1, 4, 8][below(3)]!;
  const box = () => {
    const size = [12, 32, 64, 96, 160][below(5)]!;
    const side = () => Math.max(grid, Math.round(size * (0.6 + next() * 0.8) / grid) * grid);
    return [below(240 / grid) * grid, below(140 / grid) * grid, side(), side()];
  };
  const scores = [3, 20, 1e6][below(3)]!;
  const annotations: { [key: string]: unknown; bbox: number[] }[] = [];
  const results: unknown[] = [];
  for (const image of images) {
    for (const category of categories) {
      const own = Array.from({ length: below(6) }, () => box());
      if (next() < 0.2) own.push(...own.slice(0, 1));
      for (const bbox of own) {
        annotations.push({
          id: annotations.length + 1,
          image_id: image.id,
          category_id: category.id,
          bbox,
          area: bbox[2]! * bbox[3]! * (next() < 0.3 ? 0.4 + next() * 0.6 : 1),
          iscrowd: next() < 0.2 ? 1 : 0,
        });
      }
      // Sometimes more than count.
      const found = next() < 0.1 ? 130 : below(12);
      for (let i = 0; i < found; i++) {
        const near = own.length > 0 && next() < 0.7;
        const bbox = near
          ? own[below(own.length)]!.map((value) =>
            Math.max(1, value + (below(3) - 1) * grid * below(3))
          )
          : box();
        const score = Math.round(next() * scores) / scores;
        results.push({ image_id: image.id, category_id: category.id, bbox, score });
      }
    }
  }
  // Out of order, as a detector's threads leave them.
  for (let i = results.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [results[i], results[j]] = [results[j], results[i]];
  }
  // pycocotools can't take an empty list.
  if (results.length === 0) {
    const [image_id, category_id] = [images[0]!.id, categories[0]!.id];
    results.push({ image_id, category_id, bbox: [0, 0, 9, 9], score: 0.5 });
  }
  return { annotations: { images, categories, annotations }, results };
}

Deno.test({
  name:
    "150 random problems with crowds, all sizes, ties and duplicates are scored as by pycocotools",
  ignore: skipped("pycocotools on random problems", { python: referencePython() }),
  fn: () =>
    inFolder(async (folder) => {
      const paths: string[] = [];
      for (let seed = 0; seed < 150; seed++) {
        const { annotations, results } = problem(seed);
        const pair = [`${folder}/${seed}.gt.json`, `${folder}/${seed}.dt.json`];
        await Deno.writeTextFile(pair[0]!, JSON.stringify(annotations));
        await Deno.writeTextFile(pair[1]!, JSON.stringify(results));
        paths.push(...pair);
      }
      const theirs = await reference(referencePython()!, paths);
      let most = 0;
      for (const [seed, other] of theirs.entries()) {
        const [difference, what] = furthest(
          await ours(paths[seed * 2]!, paths[seed * 2 + 1]!),
          other,
        );
        assert.ok(difference < 1e-6, `problem ${seed}: ${what}`);
        most = Math.max(most, difference);
      }
      const scored = theirs.filter(({ figures }) => figures.AP! > 0.05 && figures.AP! < 0.95);
      assert.ok(scored.length > 100, `only ${scored.length} problems tell anything`);
      console.log(`largest difference ${most.toExponential(1)}`);
    }),
});

Deno.test("an annotation of id 0 can be found", () => {
  const truth = parseAnnotations(
    JSON.stringify({
      images: [{ id: 0, file_name: "a.jpg" }],
      categories: [{ id: 0, name: "a" }],
      annotations: [{ id: 0, image_id: 0, category_id: 0, bbox: [0, 0, 10, 10] }],
    }),
    "gt",
  );
  const found = [{ image_id: 0, category_id: 0, bbox: [0, 0, 10, 10], score: 0.5 }];
  const { figures } = evaluateDetections(truth, parseDetections(JSON.stringify(found), "", truth));
  assert.equal(figures.AP.toFixed(9), "1.000000000");
  assert.equal(figures.APlarge, -1);
});
