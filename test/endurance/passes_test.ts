import assert from "node:assert/strict";
import type { RunReport } from "../../src/runtime/report.ts";
import { output } from "../process.ts";
import { repository, shared, skipped } from "../shared.ts";
import { floorGrowth } from "./floor_growth.ts";

// LINESIDE_FULL=1 takes the long clip, as the claim says; the short one shows the same in CI.
const full = Deno.env.get("LINESIDE_FULL") === "1";
const [clip, frames] = full ? ["bottle", 1189] as const : ["car", 377] as const;
const title = `fourteen passes over the ${clip} clip leave memory as it was`;
const needs = {
  "shared test data": shared(`video/${clip}-detection.mp4`),
  "YOLOX-Nano model": shared("models/yolox_nano_coco_416_fp32.onnx"),
};

Deno.test({ name: title, ignore: skipped(title, needs) }, async () => {
  const events = await Deno.makeTempFile();
  const report: RunReport = JSON.parse(
    await output(
      [
        repository("scripts/run"),
        repository("test/endurance/passes.yaml"),
        "--json",
        ...["--set", `cameras.clip.file=${needs["shared test data"]}`],
        ...["--set", `engines.detector.model=${needs["YOLOX-Nano model"]}`],
        ...["--set", `elements.resident.every=${frames}`],
        ...["--set", `elements.events.file=${events}`],
      ],
      repository("."),
      { DENO_V8_FLAGS: "--expose-gc" },
    ).finally(() => Deno.remove(events)),
  );
  const camera = report.cameras[0]!;
  assert.deepEqual([camera.state, camera.framesIn, camera.framesOut], [
    "ended",
    14 * frames,
    14 * frames,
  ]);
  assert.equal(report.liveFrames, 0);
  const notes = report.elements.find((element) => element.id === "resident")!.extra!;
  const mebibytes = Object.values(notes).map((bytes) => Number(bytes) / 2 ** 20);
  assert.equal(mebibytes.length, 14);
  const growth = floorGrowth(mebibytes.slice(4), 4);
  console.log(
    `resident MiB a pass: ${mebibytes.map((m) => m.toFixed(1)).join(" ")}; ` +
      `growth ${growth.toFixed(3)} MiB a pass`,
  );
  assert.ok(growth < 0.5, `grows by ${growth.toFixed(2)} MiB a pass`);
});
