import { detecting } from "../../lineside.ts";
import { inData, inRepository } from "../../places.ts";
import { type Sample, sample } from "../../statistics.ts";
import { quantized } from "../ours.ts";
import type { Context, Part } from "../part.ts";
import { rawRate, spread } from "../speed.ts";
import type { Subject, SubjectName } from "../subjects.ts";

/** What each is run on. The boards' model finds next to nothing in its clip. */
const clips: Readonly<Record<SubjectName, string>> = {
  "deeppcb": inData("video/bottle-detection.mp4"),
  "yolox-nano": inData("video/bottle-detection.mp4"),
  "parts-n": inRepository("pipelines/assets/line.mp4"),
};

/** Frames a second, side by side; ratios are taken within a round. */
interface Row {
  readonly subject: string;
  /** Raw OpenVINO on the INT8 model. */
  readonly raw: Sample;
  readonly int8: Sample;
  readonly fp32: Sample;
  readonly ofRaw: Sample;
  readonly timesFp32: Sample;
}

/** Whole pipelines in INT8. */
export const pipeline: Part = {
  summary: "pipelines from file to tracker: ours in INT8, raw OpenVINO on it, FP32: 4 minutes",
  async run(context) {
    const data: Row[] = [];
    for (const subject of context.subjects) data.push(await measured(context, subject));
    return {
      data,
      tables: [{
        title: `Whole pipelines, frames/s, ${context.rounds} rounds`,
        head: ["model", "raw OpenVINO, INT8", "INT8", "FP32", "of raw", "× FP32"],
        rows: data.map(({ subject, raw, int8, fp32, ofRaw, timesFp32 }) => [
          ...[subject, spread(raw, 1), spread(int8, 1), spread(fp32, 1)],
          ...[spread(ofRaw, 2), spread(timesFp32, 2)],
        ]),
      }],
    };
  },
};

async function measured(context: Context, subject: Subject): Promise<Row> {
  const { rounds, frames, report } = context;
  const { file, title, name, calibration: { images }, count } = subject;
  const made = await quantized(context, { model: file, from: { images, count } });
  const labels = name === "yolox-nano" ? "coco" : undefined;
  const run = (model: string, precision: string) =>
    detecting({ clip: clips[name], model, precision, labels }, frames);
  const found: { raw: number; int8: number; fp32: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    // What stays float is in 16 bits in a pipeline, where the processor has them.
    const raw = await rawRate(made.file, "bf16", frames);
    const [int8, fp32] = [await run(made.file, "int8"), await run(file, "fp32")];
    found.push({ raw, int8, fp32 });
    report(
      `round ${round} of ${rounds}, ${title}: raw ${raw.toFixed(1)}, INT8 ${
        int8.toFixed(1)
      }, FP32 ${fp32.toFixed(1)} frames/s`,
    );
  }
  return {
    subject: title,
    raw: sample(found.map(({ raw }) => raw)),
    int8: sample(found.map(({ int8 }) => int8)),
    fp32: sample(found.map(({ fp32 }) => fp32)),
    ofRaw: sample(found.map(({ int8, raw }) => int8 / raw)),
    timesFp32: sample(found.map(({ int8, fp32 }) => int8 / fp32)),
  };
}
