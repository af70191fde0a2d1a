import { inData, inRepository } from "../places.ts";
import type { Annotated, Material } from "./material.ts";

/** A model that is made INT8, with what it is calibrated and scored on. */
export interface Subject {
  readonly name: SubjectName;
  /** For tables. */
  readonly title: string;
  /** ONNX of 32-bit floats. */
  readonly file: string;
  /** Pictures to calibrate on, and how many of them, evenly, where nothing else is said. */
  readonly calibration: Annotated;
  readonly count: number;
  readonly held: Annotated;
}

/** As on the command line. */
export const subjectNames = ["deeppcb", "yolox-nano", "parts-n"] as const;

/** One of them. */
export type SubjectName = typeof subjectNames[number];

/** All three, calibrated on `most` pictures at most. */
export function subjectsOf(
  { boards, coco, line }: Material,
  most: number = Infinity,
): readonly Subject[] {
  return [
    {
      name: "deeppcb",
      title: "YOLOv8n, DeepPCB",
      file: inData("models/yolov8n_deeppcb_fp32.onnx"),
      count: Math.min(most, 300),
      ...boards,
    },
    {
      name: "yolox-nano",
      title: "YOLOX-Nano, COCO",
      file: inData("models/yolox_nano_coco_416_fp32.onnx"),
      count: Math.min(most, 128),
      ...coco,
    },
    {
      name: "parts-n",
      title: "parts-n, line",
      file: inRepository("pipelines/assets/parts-n.onnx"),
      count: Math.min(most, 300),
      ...line,
    },
  ];
}
