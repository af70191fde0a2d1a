import { join } from "node:path";
import { type NativeRuntime, through } from "../../../src/native/mod.ts";
import { type OnnxModel, writeModel } from "../../../src/onnx/mod.ts";
import { letterboxPart } from "../../../src/quantize/calibration/instrumented.ts";
import { tinyContract } from "../calibration/tiny_model.ts";

/** Pixels of a side of the pictures. */
export const side = 8;

/** Pictures of 8 x 8, as packed RGB. */
export const pictures: readonly Uint8Array[] = [0, 1, 2, 3].map((i) =>
  Uint8Array.from({ length: side * side * 3 }, (_, at) => (at * (37 + 10 * i) + i) % 256)
);

/** What a model's outputs hold for each of the pictures, computed in FP32 or as Q/DQ allow. */
export async function answersOf(
  native: NativeRuntime,
  folder: string,
  model: OnnxModel,
): Promise<number[][]> {
  const path = join(folder, `${crypto.randomUUID()}.onnx`);
  writeModel(model, path);
  const contract = tinyContract(path, side);
  const engine = await native.openEngine({
    ...{ backend: "openvino", model: path, precision: "fp32", batch: 1, streams: 1 },
    ...{ threads: 1, inputShape: null },
  });
  const part = letterboxPart(contract, { width: side, height: side });
  const scale = native.createChain({ letterbox: part }, []);
  const infer = native.createChain({ engine: engine.handle }, []);
  try {
    const answers: number[][] = [];
    for (const pixels of pictures) {
      const frame = native.createFrame("RGB", side, side, pixels, 0, 0);
      const { frame: scaled } = await through(scale, frame);
      const { frame: answer } = await through(infer, scaled);
      answers.push(
        model.graph.output.flatMap((_, i) => [...answer.tensor(i).data as Float32Array]),
      );
      answer.release();
    }
    return answers;
  } finally {
    await scale.close();
    await infer.close();
    await engine.close();
  }
}

/** ‖a - b‖ / ‖b‖ over all pictures. */
export function distance(a: readonly number[][], b: readonly number[][]): number {
  const [x, y] = [a.flat(), b.flat()];
  return Math.hypot(...x.map((value, i) => value - y[i]!)) / Math.hypot(...y);
}
