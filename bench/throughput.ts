import { detecting } from "./lineside.ts";
import { inData, inRepository, python } from "./places.ts";
import { runJson } from "./process.ts";
import { type Sample, sample } from "./statistics.ts";

/** A model at one precision, and what is asked of it. */
export interface Setting {
  readonly model: string;
  readonly file: string;
  readonly precision: "bf16" | "fp32";
  /** Least share of raw OpenVINO's throughput. */
  readonly ofRaw: number;
  /** Least multiple of the Python pipeline's, or null: bounded by raw there, so not asked for. */
  readonly timesPython: number | null;
}

const yolov8n = { model: "YOLOv8n 640", file: inData("models/yolov8n_fp32_reconstructed.onnx") };
const yoloxNano = { model: "YOLOX-Nano 416", file: inData("models/yolox_nano_coco_416_fp32.onnx") };

/** What is measured, with the targets. */
export const settings: readonly Setting[] = [
  { ...yolov8n, precision: "bf16", ofRaw: 0.90, timesPython: 1.4 },
  { ...yolov8n, precision: "fp32", ofRaw: 0.90, timesPython: null },
  { ...yoloxNano, precision: "bf16", ofRaw: 0.85, timesPython: 1.6 },
  { ...yoloxNano, precision: "fp32", ofRaw: 0.85, timesPython: null },
];

/** Frames a second of the four, side by side. Ratios are taken within a round. */
export interface Throughput {
  readonly setting: Setting;
  readonly raw: Sample;
  readonly lineside: Sample;
  /** As the libraries' examples put it together; the targets are judged by it. */
  readonly python: Sample;
  /** Python after profiling: what else it could be. */
  readonly tuned: Sample;
  readonly ofRaw: Sample;
  readonly timesPython: Sample;
}

const clip = inData("video/bottle-detection.mp4");

/**
 * Times raw OpenVINO, Lineside and both Python pipelines in turn, `rounds` times, so that what else
 * the machine does meets all of them. `frames`: of the clip's 1189.
 */
export async function throughput(
  setting: Setting,
  rounds: number,
  frames: number,
  report: (text: string) => void,
): Promise<Throughput> {
  const figures: { raw: number; lineside: number; python: number; tuned: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const common = ["--model", setting.file, "--precision", setting.precision];
    const reference = (name: string, ...more: string[]) =>
      runJson<{ fps: number }>([
        python,
        inRepository(`bench/reference/${name}.py`),
        ...common,
        "--frames",
        String(frames),
        ...more,
      ]);
    const raw = (await reference("raw")).fps;
    const { file: model, precision } = setting;
    const ours = await detecting({ clip, model, precision, labels: "coco" }, frames);
    const careful = (await reference("careful", "--video", clip)).fps;
    const tuned = (await reference("careful", "--video", clip, "--tuned")).fps;
    figures.push({ raw, lineside: ours, python: careful, tuned });
    report(
      `${setting.model} ${setting.precision}, round ${round}: raw ${raw.toFixed(1)}, ` +
        `lineside ${ours.toFixed(1)}, python ${careful.toFixed(1)}, ` +
        `tuned python ${tuned.toFixed(1)} frames/s`,
    );
  }
  return {
    setting,
    raw: sample(figures.map((f) => f.raw)),
    lineside: sample(figures.map((f) => f.lineside)),
    python: sample(figures.map((f) => f.python)),
    tuned: sample(figures.map((f) => f.tuned)),
    ofRaw: sample(figures.map((f) => f.lineside / f.raw)),
    timesPython: sample(figures.map((f) => f.lineside / f.python)),
  };
}
