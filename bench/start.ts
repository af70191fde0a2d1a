import { inData, inRepository } from "./places.ts";
import { type Sample, sample } from "./statistics.ts";

/** Seconds from the command to its first line of events, everything being installed. */
export async function startTime(rounds: number): Promise<Sample> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const seconds = await firstLine();
    if (round > 0) times.push(seconds); // The first one may build, or fill the model cache.
  }
  return sample(times);
}

async function firstLine(): Promise<number> {
  const start = performance.now();
  const child = new Deno.Command(inRepository("scripts/run"), {
    args: [
      inRepository("bench/pipelines/first-frame.yaml"),
      "--set",
      `cameras.clip.file=${inData("video/bottle-detection.mp4")}`,
      "--set",
      `engines.detector.model=${inData("models/yolov8n_fp32_reconstructed.onnx")}`,
      "--frames",
      "1",
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let seconds: number | undefined;
  for await (const bytes of child.stdout) {
    if (seconds === undefined && bytes.includes(10)) seconds = (performance.now() - start) / 1000;
  }
  const { code } = await child.status;
  if (seconds === undefined) throw new Error(`scripts/run wrote no line and exited with ${code}`);
  return seconds;
}
