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
