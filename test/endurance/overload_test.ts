import assert from "node:assert/strict";
import type { RunReport } from "../../src/runtime/report.ts";
import { output } from "../process.ts";
import { repository, shared, skipped } from "../shared.ts";
import { slope } from "./slope.ts";

// LINESIDE_FULL=1: ten minutes, as the claim says. In CI, long enough for queues to fill and drop.
const seconds = Deno.env.get("LINESIDE_FULL") === "1" ? 600 : 20;
const fps = 29.83; // of the clip
const title = "twice the frames that the engine can do: counted drops, short queues, flat memory";
const needs = {
  "shared test data": shared("video/bottle-detection.mp4"),
  "YOLOv8n model": shared("models/yolov8n_fp32_reconstructed.onnx"),
};

Deno.test({ name: title, ignore: skipped(title, needs) }, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const free = await measure(folder);
    const cameras = Math.max(2, Math.ceil(2 * free / fps));
    await Deno.writeTextFile(`${folder}/live.yaml`, pipeline(cameras, true));
    const { report, resident } = await watched(`${folder}/live.yaml`);
    console.log(
      `engine ${free.toFixed(1)} frames/s, ${cameras} cameras at ${fps}: ` +
        report.cameras.map((c) => `${c.framesOut} of ${c.framesIn}`).join(", "),
    );
    assert.equal(report.liveFrames, 0);
    for (const camera of report.cameras) accounted(camera, cameras);
    for (const { camera, id, queue } of report.elements) {
      assert.ok(queue.peak <= queue.size, `${camera}/${id}: ${queue.peak} in ${queue.size}`);
    }
    // The first third fills pools and caches.
    const steady = resident.slice(Math.ceil(resident.length / 3)).map((b) => b / 2 ** 20);
    const growth = slope(steady);
    console.log(
      `resident ${steady[0]!.toFixed(1)} to ${steady.at(-1)!.toFixed(1)} MiB, ` +
        `growth ${(growth.slope * 60).toFixed(2)} MiB a minute`,
    );
    const grown = growth.slope * steady.length;
    assert.ok(grown < 8, `memory grew by ${grown.toFixed(1)} MiB in ${steady.length} s`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function accounted(camera: RunReport["cameras"][number], cameras: number) {
  const drops = Object.values(camera.drops).reduce((a, b) => a + b, 0);
  const { name, state, framesIn, framesOut } = camera;
  assert.equal(state, "ended", camera.error);
  assert.equal(framesIn, framesOut + drops, `${name}: ${JSON.stringify(camera)}`);
  assert.ok(drops > framesIn / 4, `${name} dropped only ${drops} of ${framesIn}: no overload`);
  assert.ok(framesOut > seconds * fps / cameras / 4, `${name} was starved: ${framesOut} frames`);
  for (const cause of Object.keys(camera.drops)) assert.notEqual(cause, "");
}

/** Frames a second that the engine does when it never has to wait. */
async function measure(folder: string): Promise<number> {
  await Deno.writeTextFile(`${folder}/free.yaml`, pipeline(1, false));
  const report: RunReport = JSON.parse(
    await output([repository("scripts/run"), `${folder}/free.yaml`, "--json", "--frames", "100"]),
  );
  return report.cameras[0]!.fps;
}

function pipeline(cameras: number, live: boolean): string {
  const file = needs["shared test data"];
  const options = live ? ", realtime: true, loop: true, policy: drop-oldest" : "";
  const names = Array.from({ length: cameras }, (_, i) => `camera${i + 1}`);
  return `version: 1
cameras:
${names.map((name) => `  ${name}: { file: ${JSON.stringify(file)}${options} }`).join("\n")}
engines:
  detector: { model: ${JSON.stringify(needs["YOLOv8n model"])}, precision: fp32 }
elements:
  - letterbox: {}
  - infer: { engine: detector }
  - nms: { score: 0.25 }
  - track: {}
  - "null": {}
`;
}

/** Runs a pipeline for `seconds` and reads its resident memory, bytes, once a second. */
async function watched(path: string): Promise<{ report: RunReport; resident: number[] }> {
  const child = new Deno.Command(repository("scripts/run"), {
    args: [path, "--json", "--duration", `${seconds}s`],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const resident: number[] = [];
  const timer = setInterval(() => {
    // scripts/run hands its process over (exec), so the number stays.
    const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
    const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
    if (kibibytes) resident.push(Number(kibibytes) * 1024);
  }, 1000);
  const { success, stdout, stderr } = await child.output();
  clearInterval(timer);
  assert.ok(success, new TextDecoder().decode(stderr));
  return { report: JSON.parse(new TextDecoder().decode(stdout)), resident };
}
