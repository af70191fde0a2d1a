import { join } from "node:path";
import { modelBytes, type OnnxModel } from "../../onnx/mod.ts";
import { writeAll } from "../../whole_file.ts";

const fileName = "weights.bin";
/** Smaller ones stay in the model. */
const leastBytes = 1024;
/** Where a tensor may begin: a line of the processor's cache. */
const alignment = 64;

/**
 * A model's weights in one file, for the files of many models that are nearly the same: hundreds of
 * trials of YOLOv8n wrote 4 GB, though all that differed were a few scales and one layer.
 */
export class SharedWeights {
  readonly #places = new Map<Uint8Array, { offset: number; length: number }>();

  /**
   * Writes a model's weights.
   *
   * @param folder Where the files of models will be that share them.
   * @throws {Deno.errors} It can't be written to.
   */
  constructor(model: OnnxModel, folder: string) {
    const file = Deno.openSync(join(folder, fileName), { write: true, createNew: true });
    try {
      for (const { rawData } of model.graph.initializer) {
        if (!rawData || rawData.length < leastBytes || this.#places.has(rawData)) continue;
        const offset = file.seekSync(0, Deno.SeekMode.Current);
        this.#places.set(rawData, { offset, length: rawData.length });
        writeAll(file, rawData);
        file.seekSync(-rawData.length & (alignment - 1), Deno.SeekMode.Current);
      }
    } finally {
      file.close();
    }
  }

  /**
   * The bytes of a model's file, with those of its weights left out that are in the file of all:
   * what is the same data, not what is alike.
   *
   * @throws {ModelError} More than 2 GiB.
   */
  bytes(model: OnnxModel): Uint8Array<ArrayBuffer> {
    const copy = model.clone();
    for (const tensor of copy.graph.initializer) {
      const place = tensor.rawData && this.#places.get(tensor.rawData);
      if (!place) continue;
      delete tensor.rawData;
      tensor.dataLocation = 1;
      tensor.externalData = Object.entries({ location: fileName, ...place })
        .map(([key, value]) => ({ key, value: `${value}` }));
    }
    return modelBytes(copy);
  }
}
