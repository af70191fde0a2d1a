import assert from "node:assert/strict";
import { classes, label } from "../../scripts/demo-line/classes.ts";
import { makeClip } from "../../scripts/demo-line/clip.ts";
import { planLine } from "../../scripts/demo-line/motion/plan.ts";
import { across, poseAt } from "../../scripts/demo-line/motion/path.ts";
import { reach } from "../../scripts/demo-line/scene/part.ts";
import type { PartTruth, Verdicts } from "../../scripts/demo-line/write/truth.ts";
import { output } from "../process.ts";
import { digest } from "./pixels.ts";

const size = { width: 640, height: 480 };
const plan = { seconds: 3, seed: 9, domain: "first", size, rejects: 0.5, line: 0.6 } as const;

async function generate(seed: number, workers: number) {
  const folder = await Deno.makeTempDir();
  try {
    const out = `${folder}/clip.mp4`;
    const made = await makeClip({ ...plan, seed, out, crf: 28, workers });
    const entry = "stream=codec_name,width,height,nb_read_frames";
    const probe = [
      "ffprobe",
      "-v",
      "error",
      "-count_frames",
      "-show_entries",
      entry,
      "-of",
      "csv=p=0",
    ];
    const truth = JSON.parse(await Deno.readTextFile(`${folder}/clip.truth.json`));
    return {
      made,
      hash: await digest(out),
      probed: (await output([...probe, out])).trim(),
      gt: await Deno.readTextFile(`${folder}/clip.gt.txt`),
      truth: truth as { line: { x: number }; verdicts: Verdicts; parts: PartTruth[] },
      files: Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a clip and its truth: the same bytes for the same seed, and consistent", async () => {
  const clip = await generate(9, 2);
  const again = await generate(9, 1);
  assert.equal(clip.hash, again.hash);
  assert.equal(clip.gt, again.gt);
  assert.deepEqual(clip.truth, again.truth);
  assert.notEqual((await generate(10, 2)).hash, clip.hash);
  assert.deepEqual(clip.files, ["clip.gt.txt", "clip.mp4", "clip.truth.json"]);
  assert.equal(clip.probed, "h264,640,480,75");
  console.log(
    `demo-line: ${clip.made.rate.toFixed(1)} frames of a clip a second, encoding included`,
  );

  const rows = clip.gt.trim().split("\n").map((line) => line.split(",").map(Number));
  const { parts, verdicts, line } = clip.truth;
  assert.ok(parts.length >= 5, `${parts.length} parts`);
  assert.deepEqual(
    [...new Set(rows.map(([, id]) => id!))].sort((a, b) => a - b),
    parts.map((p) => p.id),
  );
  let crossings = 0;
  for (const part of parts) {
    const own = rows.filter(([, id]) => id === part.id);
    const frames = own.map(([frame]) => frame!);
    assert.equal(frames[0], part.first);
    assert.equal(frames.at(-1), part.last);
    assert.deepEqual(frames, Array.from(frames, (_, i) => part.first + i), "without a gap");
    for (const [, , x, y, w, h, considered, category, visibility] of own) {
      assert.ok(x! >= 0 && y! >= 0 && x! + w! <= 640.1 && y! + h! <= 480.1);
      assert.equal(considered, 1);
      assert.equal(classes[category! - 1]!.name, label(part.kind, part.defect));
      assert.ok(visibility! >= 0.25 && visibility! <= 1);
    }
    const middle = (frame: number) => {
      const [, , x, , w] = own[frame - part.first]!;
      return x! + w! / 2;
    };
    if (part.crossed === null) {
      assert.ok(middle(part.first) >= line.x - 1 || middle(part.last) < line.x + 1);
    } else {
      crossings++;
      // Half a pixel: boxes are rounded, and may be cut where another part lies on it.
      assert.ok(middle(part.crossed) >= line.x - 2);
      assert.ok(middle(part.crossed - 1) < line.x + 2);
    }
  }
  const rejected = parts.filter((p) => p.crossed !== null && p.defect !== null);
  assert.equal(verdicts.seen, parts.length);
  assert.equal(verdicts.counted, crossings);
  assert.equal(verdicts.rejected, rejected.length);
  assert.equal(verdicts.good + verdicts.rejected, verdicts.counted);
  assert.equal(Object.values(verdicts.byDefect).reduce((a, b) => a + b), verdicts.rejected);
});

Deno.test("a line stops and starts again, parts change lanes and turn, and hardly overlap", () => {
  let stops = 0, shifts = 0, nudges = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const { travel, parts, stage } = planLine({ ...plan, seconds: 24, seed });
    for (let i = 1; i < travel.length; i++) {
      assert.ok(travel[i]! >= travel[i - 1]!, "the belt never runs back");
      if (travel[i] === travel[i - 1] && travel[i - 2]! < travel[i - 1]!) stops++;
    }
    shifts += parts.filter((part) => part.shift).length;
    nudges += parts.filter((part) => part.nudge).length;
    for (const [i, part] of parts.entries()) {
      for (const other of parts.slice(i + 1, i + 12)) {
        for (let along = 0; along < size.width; along += 20) {
          const apart = across(part, along) - across(other, along + part.start - other.start);
          const distance = Math.hypot(apart, part.start - other.start);
          assert.ok(distance >= 0.94 * (reach(part.spec) + reach(other.spec)));
        }
      }
    }
    for (const run of [travel[0]!, travel.at(-1)!]) {
      for (const part of parts) {
        assert.ok(Math.abs(poseAt(part, run, size, stage.belt.tilt).x - 384) > 20);
      }
    }
  }
  assert.ok(stops >= 8 && shifts >= 20 && nudges >= 40, `${stops} stops, ${shifts}, ${nudges}`);
});
