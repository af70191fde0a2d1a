import { join } from "node:path";
import { openNative } from "../../native/mod.ts";
import { type OnnxModel, withOutputs, writeModel } from "../../onnx/mod.ts";
import { mergeSizes, observeImages, type ObserveOptions } from "../calibration/mod.ts";
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
  const folder = await Deno.makeTempDir({ prefix: "lineside-means-" });
  const native = openNative();
  try {
    const path = join(folder, "m.onnx");
    const observable = withOutputs(model, names.filter((name) => name !== contract.input.name));
    writeModel(observable, path);
    const { backend, device, threads } = engine;
    const observed = await observeImages({
      ...options,
      native,
      model: path,
      contract,
      outputs: observable.graph.output.map(({ name }) => name ?? ""),
      tensors: names,
      sizes,
      bins: fewestBins,
      channels: true,
      engine: { backend, threads, ...(device !== undefined && { device }) },
    });
    return new Map(names.map((name) => {
      const merged = mergeSizes(observed.sizes.map(({ histograms }) => histograms.get(name)!));
      return [name, merged.channels!.map(({ mean }) => mean)];
    }));
  } finally {
    await native.close();
    await Deno.remove(folder, { recursive: true });
  }
}
