import { fileSource, memorySource } from "../model/bytes.ts";
import { ModelError } from "../model/error.ts";
import { readModel as readOutline, readModelFile as readOutlineFile } from "../model/read.ts";
import { readExternalData } from "./external.ts";
import { OnnxModel } from "./model.ts";
import { decodeModel } from "./schema.ts";

/**
 * Reads a whole ONNX model with its weights, those in files beside it included.
 *
 * Memory: the file's size, and that of the external data.
 *
 * @throws {ModelError} The file is missing, unreadable or no ONNX model, or its external data is.
 *
 * @example
 * ```ts
 * const model = readModel("yolov8n.onnx");
 * console.log(model.opset, model.graph.node.length);
 * ```
 */
export function readModel(path: string): OnnxModel {
  readOutlineFile(path); // says well what is wrong, and costs milliseconds
  const file = Deno.openSync(path);
  let bytes: Uint8Array;
  try {
    const source = fileSource(file);
    bytes = new Uint8Array(source.size);
    source.read(0, bytes);
  } finally {
    file.close();
  }
  const model = parseModel(bytes, path);
  return new OnnxModel(model.message, path, readExternalData(model.graph, path));
}

/**
 * As {@link readModel}, from bytes, which must not change afterwards; external data is not looked up.
 *
 * @param bytes What the file holds.
 * @param path For messages.
 * @throws {ModelError} No ONNX model.
 */
export function parseModel(bytes: Uint8Array, path: string): OnnxModel {
  readOutline(memorySource(bytes), path);
  try {
    return new OnnxModel(decodeModel(bytes), path);
  } catch (error) {
    throw new ModelError(`is a damaged ONNX model: ${(error as Error).message}`, path);
  }
}
