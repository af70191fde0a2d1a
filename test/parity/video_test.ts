import assert from "node:assert/strict";
import { referencePython, repository, shared, skipped } from "../shared.ts";
import { agreement, type EventLine, readLines } from "./compare.ts";
import { output } from "../process.ts";

// The whole of both clips takes minutes in FP32 on two cores; LINESIDE_FULL=1 asks for it.
const full = Deno.env.get("LINESIDE_FULL") === "1";
const clips = { bottle: 1189, car: 377 };
const models = {
  "YOLOv8n": "yolov8n_fp32_reconstructed.onnx",
  "YOLOX-Nano": "yolox_nano_coco_416_fp32.onnx",
};

for (const [clip, all] of Object.entries(clips)) {
  for (const [name, file] of Object.entries(models)) {
    const title = `${name} on the ${clip} clip finds what the Python reference finds`;
    const needs = {
      "shared test data": shared(`video/${clip}-detection.mp4`),
      "reference model": shared(`models/${file}`),
      "reference environment (scripts/references)": referencePython(),
    };
    Deno.test({ name: title, ignore: skipped(title, needs) }, async () => {
      const [video, model, python] = Object.values(needs) as string[];
      const folder = await Deno.makeTempDir();
      try {
        const count = full ? all : 120;
        await output([
          repository("scripts/run"),
          repository("pipelines/detect-file.yaml"),
          ...["--set", `cameras.clip.file=${video}`],
          ...["--set", `engines.detector.model=${model}`],
          ...["--set", "engines.detector.precision=fp32", "--set", "engines.detector.labels=coco"],
          ...["--set", `elements.events.file=${folder}/ours.jsonl`],
          ...(full ? [] : ["--frames", String(count)]),
        ]);
        const reference = await output([
          python!,
          repository("bench/reference/detect.py"),
          ...["--model", model!, "--video", video!, "--frames", String(count)],
        ]);
        const theirs = reference.trimEnd().split("\n").map((l) => JSON.parse(l) as EventLine);
        const ours = await readLines(`${folder}/ours.jsonl`);
        compare(ours, theirs, count);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}

function compare(ours: readonly EventLine[], theirs: readonly EventLine[], count: number) {
  assert.deepEqual(ours.map((l) => l.frame), Array.from({ length: count }, (_, i) => i));
  assert.equal(theirs.length, count);
  for (const [i, line] of ours.entries()) {
    const { width, height, pts } = theirs[i]!;
    assert.deepEqual([line.width, line.height], [width, height]);
    assert.ok(Math.abs(line.pts - pts) < 0.02, `frame ${i}: ${line.pts} s, not ${pts}`);
  }
  const [there, back] = [agreement(ours, theirs), agreement(theirs, ours)];
  assert.ok(back.total > count / 4, `too few detections to compare: ${back.total}`);
  console.log(`ours in theirs ${there.matched}/${there.total}, back ${back.matched}/${back.total}`);
  for (const { matched, total, misses } of [there, back]) {
    assert.ok(matched >= 0.99 * total, `${matched} of ${total} agree\n${misses.join("\n")}`);
  }
}
