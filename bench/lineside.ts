import type { RunReport } from "../src/runtime/report.ts";
import { inRepository } from "./places.ts";
import { runJson } from "./process.ts";

/** Runs a pipeline by the command line to its end, and returns its last report and frame rate. */
export async function lineside(
  pipeline: string,
  set: Readonly<Record<string, string | number>>,
  frames?: number,
): Promise<{ report: RunReport; fps: number }> {
  const report = await runJson<RunReport>([
    inRepository("scripts/run"),
    inRepository(pipeline),
    "--json",
    ...Object.entries(set).flatMap(([key, value]) => ["--set", `${key}=${value}`]),
    ...(frames ? ["--frames", String(frames)] : []),
  ], inRepository("."));
  const camera = report.cameras[0];
  if (!camera || camera.state !== "ended" || report.liveFrames !== 0) {
    throw new Error(`${pipeline} ended ill: ${JSON.stringify(report.cameras)}`);
  }
  return { report, fps: camera.fps };
}

/** Frames a second of bench/pipelines/throughput.yaml: decode, letterbox, infer, nms, track. */
export async function detecting(
  { clip, model, precision, labels }: {
    readonly clip: string;
    readonly model: string;
    readonly precision: string;
    /** Of a model whose file has none. */
    readonly labels?: string | undefined;
  },
  frames: number,
): Promise<number> {
  const { fps } = await lineside("bench/pipelines/throughput.yaml", {
    "cameras.clip.file": clip,
    "engines.detector.model": model,
    "engines.detector.precision": precision,
    ...(labels !== undefined && { "engines.detector.labels": labels }),
  }, frames);
  return fps;
}
