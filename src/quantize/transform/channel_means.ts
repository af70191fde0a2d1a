import { openNative } from "../../native/mod.ts";
import type { OnnxModel } from "../../onnx/mod.ts";
import { mergeSizes, type ObserveOptions } from "../calibration/mod.ts";
import { observeModel } from "../observe_model.ts";
import type { Subject } from "../subject.ts";

/** The least that an observer counts in: histograms are of no use here. */
const fewestBins = 64;

/**
 * The mean of each channel of a model's inner tensors, over pictures and all that lies in them.
 *
 * @param model Of the subject, or an INT8 form of it.
 * @param names Tensors that nodes of it make.
 * @returns By tensor.
 * @throws {CalibrationError} Not one picture can be decoded.
 */
export async function channelMeans(
  { contract, engine, sizes }: Pick<Subject, "contract" | "engine" | "sizes">,
  model: OnnxModel,
  names: readonly string[],
  options: Pick<ObserveOptions, "images" | "signal" | "progress">,
): Promise<Map<string, number[]>> {
  const native = openNative();
  try {
    const observed = await observeModel(model, {
      ...options,
      ...{ native, contract, engine, sizes, tensors: names },
      bins: fewestBins,
      channels: true,
    });
    return new Map(names.map((name) => {
      const merged = mergeSizes(observed.sizes.map(({ histograms }) => histograms.get(name)!));
      return [name, merged.channels!.map(({ mean }) => mean)];
    }));
  } finally {
    await native.close();
  }
}
