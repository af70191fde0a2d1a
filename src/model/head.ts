import type { HeadFamily } from "./contract.ts";
import { type HeadReading, headReadings, readAs } from "./family.ts";
import type { InputGeometry } from "./input.ts";
import type { OnnxOutline, OnnxValue } from "./onnx.ts";
import type { Questions } from "./overrides.ts";
import { shapeText } from "./text.ts";

const heads = "1×(4+classes)×N (yolov8), 1×N×(5+classes) (yolov5, yolox) or 1×N×6 (suppressed)";

/** What to say where YOLOv8's output lies the other way round, which looks like YOLOX's. */
export const transposed =
  "if it is YOLOv8's, transposed: export it as 1×(4+classes)×N, the other way round is not read";

/**
 * Settles how the first output is read, by its shape, metadata and the option `family`.
 * @returns The reading, undefined where `questions` now asks for the family, or what is wrong.
 */
export function chooseHead(
  model: OnnxOutline,
  output: OnnxValue,
  geometry: InputGeometry,
  family: HeadFamily | undefined,
  questions: Questions,
): HeadReading | undefined | string {
  const { width, height } = geometry;
  const found = `its output ${output.name} is ${shapeText(output)}`;
  if (output.shape && output.shape.length !== 3) {
    return `is not a detection model: ${found}; expected ${heads}`;
  }
  const readings = headReadings(output, width, height, model);
  const [first, second] = readings;
  if (family) {
    const told = readings.find((reading) => reading.family === family);
    if (told) return told;
    const asked = first ? undefined : readAs(family, output, width, height);
    if (asked) return asked;
    return `\`${questions.name("family")}: ${family}\` contradicts it: ${found}${
      first
        ? `, which is ${first.family} for an input of ${width}×${height}${
          family === "yolov8" && first.family !== "suppressed" ? `; ${transposed}` : ""
        }`
        : `; expected ${heads}`
    }`;
  }
  if (first && !second) return first;
  const free = !output.shape || output.shape.some((dim, i) => i > 0 && typeof dim === "string");
  if (!first && !free && typeof width === "number" && typeof height === "number") {
    const plausible = output.shape!.slice(1).some((dim) => typeof dim === "number" && dim > 1000);
    if (!plausible) {
      return `is not a detection model that Lineside reads: ${found}; expected ${heads}`;
    }
  }
  questions.ask("family", `yolov8, yolov5, yolox or suppressed: ${found}`);
  return undefined;
}
