import { ModelError } from "../model/error.ts";
import { writeAll, writeWhole } from "../whole_file.ts";
import type { OnnxModel } from "./model.ts";
import { encodeModel, size } from "./schema.ts";

const protobufLimit = 2 ** 31 - 1;

/**
 * The bytes of a model's file. Fields that were not understood when it was read are in it.
 * @throws {ModelError} More than 2 GiB, which ONNX's readers refuse.
 */
export function modelBytes(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const parts = checkedParts(model);
  const bytes = new Uint8Array(size(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Writes a model, weights included, to one file. The file is there whole or not at all: it is
 * written beside its place and then moved there.
 *
 * @throws {ModelError} More than 2 GiB.
 * @throws {Deno.errors} The folder does not exist or can't be written to.
 */
export function writeModel(model: OnnxModel, path: string): void {
  const parts = checkedParts(model);
  writeWhole(path, (unfinished) => {
    const file = Deno.openSync(unfinished, { write: true, createNew: true });
    try {
      for (const part of parts) writeAll(file, part);
      file.syncDataSync();
    } finally {
      file.close();
    }
  });
}

function checkedParts(model: OnnxModel): Uint8Array[] {
  const parts = encodeModel(model.message);
  if (size(parts) > protobufLimit) {
    throw new ModelError(`has ${size(parts)} bytes; one ONNX file holds 2 GiB at most`, model.path);
  }
  return parts;
}
