import assert from "node:assert/strict";
import { openNative } from "../../../src/native/mod.ts";
import { type Calibration, readCalibration } from "../../../src/quantize/calibration/mod.ts";
import { lineside, type Result } from "../../cli/lineside.ts";
import { output } from "../../process.ts";
import { repository } from "../../shared.ts";

const assets = repository("pipelines/assets");

/** Detectors that the repository has: the one of the tests, and another. */
export const [parts, other] = [`${assets}/parts-n.onnx`, `${assets}/parts-s.onnx`];

/** Whether there is no OpenVINO backend, which is said. */
export async function noBackend(test: string): Promise<boolean> {
  const native = openNative();
  const backends = native.devices().backends as { name: string; error?: string }[];
  await native.close();
  const found = backends.some(({ name, error }) => name === "openvino" && error === undefined);
  if (!found) console.log(`skipped: ${test}: there is no OpenVINO backend`);
  return !found;
}

/** Writes frames of the repository's clip into `folder`, one every so many seconds. */
export async function clipFrames(folder: string, seconds: number): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await output([
    ...["ffmpeg", "-v", "error", "-threads", "1", "-i", `${assets}/line.mp4`],
    ...["-vf", `fps=1/${seconds}`, `${folder}/%03d.png`],
  ]);
}

/** Calibrates the detector on a few frames; the calibration's path and what is in it. */
export async function calibrate(folder: string): Promise<[string, Calibration]> {
  await clipFrames(`${folder}/frames`, 2);
  const { code, stderr } = await lineside([
    ...["quantize", parts, "--images", `${folder}/frames`, "--targets", "openvino"],
    ...["--output", folder, "--engine", "threads=1", "--quiet"],
    ...["--max-drop", "none", "--method", "percentile"],
  ]);
  assert.equal(code, 0, stderr);
  const path = `${folder}/parts-n.calibration.json`;
  return [path, await readCalibration(path)];
}

/** What is looked at of `run --json`. */
export interface Told {
  readonly engines: readonly {
    readonly cached: boolean;
    readonly precision: string;
    readonly loadSeconds: number;
    readonly int8: {
      readonly model: string;
      readonly made: boolean;
      readonly selfCheck: { readonly wanted: number; readonly recall: number } | null;
      readonly speed: { readonly int8: number; readonly float: number } | null;
    };
  }[];
  readonly messages: readonly { readonly level: string; readonly message: string }[];
}

/** Runs an engine on a few frames of the clip, the cache in `folder`; `engine` is YAML. */
export async function runEngine(
  folder: string,
  engine: string,
  elements = "",
): Promise<Result & { readonly told: Told; readonly events: string }> {
  const file = `${folder}/pipeline.yaml`;
  const events = `${folder}/events-${crypto.randomUUID()}.jsonl`;
  await Deno.writeTextFile(
    file,
    `version: 1
cameras: { clip: { file: ${assets}/line.mp4 } }
engines:
  parts: { ${engine}, threads: 1 }
elements:
  - letterbox: { ${elements} }
  - infer: { engine: parts }
  - nms
  - events: { file: ${events} }
`,
  );
  const env = { XDG_CACHE_HOME: `${folder}/cache` };
  const result = await lineside(["run", file, "--frames", "4", "--json", "--quiet"], { env });
  const told = result.stdout === "" ? undefined : JSON.parse(result.stdout);
  return { ...result, told, events: await Deno.readTextFile(events).catch(() => "") };
}

/** All files under a folder, relative to it, sorted. */
export function tree(folder: string, under = ""): string[] {
  return [...Deno.readDirSync(`${folder}/${under}`)].flatMap(({ name, isDirectory }) =>
    isDirectory ? tree(folder, `${under}${name}/`) : [`${under}${name}`]
  ).sort();
}
