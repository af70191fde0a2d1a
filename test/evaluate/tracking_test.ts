import assert from "node:assert/strict";
import {
  DataError,
  evaluateTracks,
  parseTracks,
  type TrackingFigures,
  type TruthRule,
} from "../../src/evaluate/mod.ts";
import { inFolder } from "../plans.ts";
import { output } from "../process.ts";
import { pythons, trackText } from "../reference/track_compare.ts";
import { repository, shared, skipped } from "../shared.ts";
import { random } from "../tracking/random.ts";

type Figures = Record<string, number>;
type Package = "motmetrics" | "trackeval" | "trackeval-distractors";

/** A reference's figures of files: truth, result, truth, result … */
async function reference(name: Package, files: readonly string[]): Promise<Figures[]> {
  const python = name === "motmetrics" ? pythons()!.scores : pythons()!.trackers;
  const script = repository("test/evaluate/tracks_reference.py");
  const theirs = JSON.parse(await output([python, script, name, ...files])) as Figures[];
  for (const one of theirs) if ("distance" in one) one.MOTP = 1 - one.distance!;
  return theirs;
}

async function ours(truth: string, result: string, rule?: TruthRule) {
  return evaluateTracks(
    parseTracks(await Deno.readTextFile(truth), "gt.txt"),
    parseTracks(await Deno.readTextFile(result), "result.txt"),
    rule,
  );
}

/** Figures that differ by a millionth or more. */
function different(figures: TrackingFigures, theirs: Figures, names: readonly string[]): string[] {
  return names.filter((name) => {
    const value = figures[name as keyof TrackingFigures];
    return !(Math.abs(value - theirs[name]!) < 1e-6);
  }).map((name) => `${name}: ${figures[name as keyof TrackingFigures]}, not ${theirs[name]}`);
}

const identity = ["IDF1", "IDP", "IDR"];
const clear = ["MOTA", "MOTP", "IDSW", "FP", "FN", "Frag", "MT", "PT", "ML"];
const hota = ["HOTA", "DetA", "AssA", "LocA"];

const data = shared("mot");
const needs = { "../shared/data/mot": data, "scripts/references": pythons()?.trackers ?? null };
const campus = [`${data}/TUD-Campus/gt.txt`, `${data}/TUD-Campus/test.txt`] as const;

Deno.test({
  name: "TUD-Campus has the figures that are known of it",
  ignore: skipped("TUD-Campus", { "../shared/data/mot": data }),
  async fn() {
    const { figures } = await ours(...campus);
    assert.equal(figures.MOTA.toFixed(4), "0.5265");
    assert.equal(figures.IDF1.toFixed(4), "0.5577");
    assert.equal(figures.IDSW, 7);
    assert.equal(figures.HOTA.toFixed(4), "0.3914");
  },
});

/**
 * Tracks a sequence of MOT17 with our own tracker, on detections made of its ground truth: scores by
 * visibility, boxes shaken by a tenth of their size, some missing, some false.
 */
async function trackSequence(sequence: string, folder: string, frames: number): Promise<string[]> {
  const next = random(17);
  const text = await Deno.readTextFile(`${data}/MOT17/${sequence}/gt.txt`);
  const rows = text.trim().split("\n").filter((line) => Number(line.split(",")[0]) <= frames);
  const detections = rows.flatMap((line) => {
    const [frame, , x, y, width, height, mark, , visibility] = line.split(",").map(Number) as [
      ...[number, number, number, number, number, number, number, number, number],
    ];
    // What is not marked stays in: it gives false boxes, and those that lie on distractors.
    if (visibility < 0.15 || next() < 0.1 || (mark === 0 && next() < 0.7)) return [];
    const shake = (size: number) => (next() - 0.5) * 0.2 * size;
    const box = [x + shake(width), y + shake(height), width + shake(width), height + shake(height)];
    return [[frame, -1, ...box, 0.15 + 0.8 * visibility].join(",")];
  });
  const truth = `${folder}/${sequence}.gt.txt`;
  const result = `${folder}/${sequence}.txt`;
  await Deno.writeTextFile(truth, rows.join("\n") + "\n");
  await Deno.writeTextFile(result, trackText(detections.join("\n"), frames, { fps: 30 }).text);
  return [truth, result];
}

Deno.test({
  name: "figures of TUD-Campus and of MOT17 are those of py-motmetrics and of TrackEval",
  ignore: skipped("tracking figures against the references", needs),
  fn: () =>
    inFolder(async (folder) => {
      const files: string[] = [...campus];
      const lengths = { "MOT17-02": 300, "MOT17-04": 150, "MOT17-05": 400, "MOT17-10": 300 };
      for (const [name, frames] of Object.entries(lengths)) {
        files.push(...await trackSequence(name, folder, frames));
      }
      const [motmetrics, trackeval, preprocessed] = await Promise.all([
        reference("motmetrics", files),
        reference("trackeval", files),
        reference("trackeval-distractors", files.slice(2)),
      ]);
      const wrong: string[] = [];
      for (const [i, theirs] of motmetrics.entries()) {
        const pair = files.slice(i * 2, i * 2 + 2) as [string, string];
        const { figures, rows } = await ours(...pair);
        console.log(JSON.stringify({ ...figures, rows: { ...rows } }));
        wrong.push(...different(figures, theirs, [...clear, ...identity]));
        wrong.push(...different(figures, trackeval[i]!, [...hota, ...identity]));
        const apart = different(figures, trackeval[i]!, clear);
        if (apart.length > 0) console.log(`by TrackEval: ${apart.join("; ")}`);
        const counted = (await ours(...pair, { counting: "trackeval" })).figures;
        wrong.push(...different(counted, trackeval[i]!, [...clear, ...hota, ...identity]));
        if (i === 0) continue;
        const served = await ours(...pair, { distractors: true, counting: "trackeval" });
        assert.ok(served.rows.onDistractors > 0, "no distractor was met");
        wrong.push(
          ...different(served.figures, preprocessed[i - 1]!, [...clear, ...hota, ...identity]),
        );
      }
      assert.deepEqual(wrong, []);
    }),
});

const row = (frame: number, id: number, x: number, more = "1,1,1") =>
  `${frame},${id},${x},0,10,20,${more}\n`;

Deno.test("rows with mark 0 and of other classes are left out, and counted", () => {
  const text = row(1, 1, 0) + row(1, 2, 50, "0,1,1") + row(1, 3, 100, "1,7,1") +
    row(1, 4, 150, "1,-1,-1");
  const truth = parseTracks(text, "gt.txt");
  const result = parseTracks(row(1, 9, 0) + row(1, 8, 150), "result.txt");
  const considered = evaluateTracks(truth, result);
  assert.deepEqual(considered.rows, {
    ...{ truth: 2, result: 2, unmarked: 1, otherClass: 1, onDistractors: 0 },
  });
  assert.equal(considered.figures.MOTA, 1);
  assert.equal(evaluateTracks(truth, result, { rows: "all" }).figures.FN, 2);
  assert.equal(evaluateTracks(truth, result, { classId: 7 }).figures.FN, 1);
  const beside = parseTracks(row(1, 9, 0) + row(1, 8, 102), "result.txt");
  assert.equal(evaluateTracks(truth, beside).figures.FP, 1);
  assert.equal(evaluateTracks(truth, beside, { distractors: true }).figures.FP, 0);
});

Deno.test("a perfect result, and none", () => {
  const truth = parseTracks(row(1, 1, 0) + row(2, 1, 2) + row(2, 2, 40), "gt.txt");
  const { figures } = evaluateTracks(truth, truth);
  for (const name of ["MOTA", "MOTP", "IDF1", "HOTA", "DetA", "AssA", "LocA"] as const) {
    assert.equal(figures[name].toFixed(12), "1.000000000000", name);
  }
  assert.equal(figures.MT, 2);
  for (const counting of ["motmetrics", "trackeval"] as const) {
    const nothing = evaluateTracks(truth, parseTracks("", "empty.txt"), { counting }).figures;
    assert.deepEqual([nothing.MOTA, nothing.IDF1, nothing.HOTA, nothing.FN], [0, 0, 0, 3]);
  }
});

const bad: readonly [string, RegExp][] = [
  ["1,1,0,0,10\n", /^t\.txt:1: expected frame, id, x, y, width, height; found 5 columns$/],
  ["1,1,0,0,10,20\n1,2,0,zero,10,20", /^t\.txt:2: expected a number as y, found `zero`$/],
  ["\n1.5,1,0,0,10,20", /^t\.txt:2: expected a whole number as frame, found 1\.5$/],
  ["1,1,0,0,10,20\n2,1,0,0,9,9\n1 1 5 5 9 9", /^t\.txt:3: frame 1 has id 1 in line 1 already$/],
  ["1,1,0,0,-1,5", /^t\.txt:1: the box's size is -1x5$/],
];
for (const [text, message] of bad) {
  Deno.test(`a file of tracks that is wrong: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseTracks(text, "t.txt"), (error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, message);
      return true;
    });
  });
}
