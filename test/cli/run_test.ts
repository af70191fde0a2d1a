import assert from "node:assert/strict";
import { judge, truthOf } from "../demo-line/judge.ts";
import { shared, skipped } from "../shared.ts";
import { lineside, root, withFolder } from "./lineside.ts";

const clip = `${root}/pipelines/assets/line.mp4`;
const model = shared("models/yolov8n_fp32_reconstructed.onnx");
/** Frames in it. */
const length = 600;

Deno.test("quickstart counts the clip's parts, from another folder, and writes what it says", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await lineside(
      [
        ...["run", `${root}/pipelines/quickstart.yaml`, "--set", `cameras.line.file=${clip}`],
        ...["--set", `engines.detector.model=${root}/pipelines/assets/parts-n.onnx`],
      ],
      { cwd: folder },
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, new RegExp(`^line +done +${length} +${length} `, "m"));
    const { gt, truth } = truthOf(clip);
    const { verdicts } = JSON.parse(truth);
    assert.match(
      stderr,
      new RegExp(`^count +line +${verdicts.counted} +${verdicts.good} +${verdicts.rejected} `, "m"),
    );
    const out = `${folder}/lineside-out`;
    const found = judge(await Deno.readTextFile(`${out}/line.jsonl`), gt, truth);
    console.log(JSON.stringify(found));
    assert.ok(found.MOTA >= 0.95 && found.IDF1 >= 0.95, JSON.stringify(found));
    assert.equal(found.counted, found.passed);
    assert.equal(found.miscounted, 0);
    assert.ok(found.misjudged <= 0.02 * found.passed, JSON.stringify(found));
    const names = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).sort();
    assert.deepEqual(names(out), ["evidence", "line.jsonl", "line.mp4"]);
    const evidence = names(`${out}/evidence`);
    assert.equal(evidence.filter((name) => name.endsWith(".jpg")).length, verdicts.rejected);
    assert.equal(evidence.filter((name) => name.endsWith(".json")).length, verdicts.rejected);
    assert.equal(await frames(`${out}/line.mp4`), length);
  });
});

/** Frames that ffprobe decodes. */
async function frames(file: string): Promise<number> {
  const { stdout } = await new Deno.Command("ffprobe", {
    args: [
      ...["-v", "error", "-count_frames", "-select_streams", "v"],
      ...["-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", file],
    ],
  }).output();
  return Number.parseInt(new TextDecoder().decode(stdout));
}

Deno.test("--json prints one object and nothing else", async () => {
  const { code, stdout } = await lineside([
    "launch",
    `file location=${clip} ! null`,
    "--json",
    "--frames",
    "40",
  ]);
  assert.equal(code, 0);
  const report = JSON.parse(stdout);
  assert.equal(report.exitCode, 0);
  assert.equal(report.liveFrames, 0);
  const [camera] = report.cameras;
  assert.equal(camera.state, "ended");
  assert.equal(camera.framesOut, 40);
  assert.ok(camera.latency.p50 > 0 && camera.latency.p50 <= camera.latency.p95);
  assert.equal(report.elements.at(-1).count, 40);
});

Deno.test("--stats shows every element, --quiet nothing at all", async () => {
  const line = `file location=${clip} ! null`;
  const shown = await lineside(["launch", line, "--stats", "--frames", "10"]);
  assert.equal(shown.code, 0);
  assert.match(shown.stderr, /^null +\S+ +10 +\d+\/\d+\/\d+ +0 +\d/m);
  assert.equal(shown.stdout, "");
  const quiet = await lineside(["launch", line, "--quiet", "--frames", "10"]);
  assert.deepEqual(quiet, { code: 0, stdout: "", stderr: "" });
});

Deno.test("no colours and no live lines where nobody looks", async () => {
  const { stderr } = await lineside(["launch", `file location=${clip} ! null`]);
  assert.ok(!stderr.includes("\x1b"), stderr);
});

Deno.test("--duration ends a looped clip with exit code 0", async () => {
  const { code, stdout } = await lineside([
    "launch",
    `file location=${clip} loop=true realtime=true ! null`,
    "--duration",
    "1s",
    "--json",
  ]);
  assert.equal(code, 0);
  const { seconds, cameras } = JSON.parse(stdout);
  assert.ok(seconds >= 1 && seconds < 6, `${seconds} s`);
  assert.ok(cameras[0].framesOut > 5 && cameras[0].framesOut < 100, cameras[0].framesOut);
});

Deno.test({
  name: "a reader of events that goes away ends the run without a complaint",
  ignore: skipped("events | head", { yolov8n: model }),
  fn: async () => {
    const line =
      `file location=${clip} loop=true ! letterbox ! infer model=${model} ! nms ! events`;
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", 'set -o pipefail; scripts/lineside launch "$1" | head -n 2', "bash", line],
      cwd: root,
    }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    assert.equal(code, 0);
    assert.equal(new TextDecoder().decode(stdout).trimEnd().split("\n").length, 2);
  },
});

const video = shared("video/bottle-detection.mp4");
Deno.test({
  name: "detect-file gives every frame's line in order, on standard output or in a file",
  ignore: skipped("detect-file", { "bottle-detection.mp4": video, "yolov8n": model }),
  fn: () =>
    withFolder(async (folder) => {
      const args = [
        ...["run", "pipelines/detect-file.yaml", "--frames", "60"],
        ...["--set", `cameras.clip.file=${video}`],
        ...["--set", `engines.detector.model=${model}`],
      ];
      const file = `${folder}/events.jsonl`;
      const written = await lineside([...args, "--set", `elements.events.file=${file}`]);
      assert.equal(written.code, 0, written.stderr);
      assert.equal(written.stdout, "");
      const text = await Deno.readTextFile(file);
      const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
      assert.deepEqual(lines.map((line) => line.frame), Array.from({ length: 60 }, (_, n) => n));
      assert.ok(lines.every((line) => line.camera === "clip" && line.width === 640));
      assert.ok(lines.some((line) =>
        line.detections.some((one: { class: string; track?: number }) =>
          one.class === "bottle" && one.track! > 0
        )
      ));
      const printed = await lineside(args);
      assert.equal(printed.code, 0, printed.stderr);
      assert.equal(printed.stdout.trimEnd().split("\n").length, 60);
      for (const line of printed.stdout.trimEnd().split("\n")) {
        JSON.parse(line);
      }
    }),
});
