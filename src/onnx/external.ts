import { dirname, isAbsolute, join, relative } from "node:path";
import { ModelError } from "../model/error.ts";
import { fileSource } from "../model/bytes.ts";
import { everyTensor } from "./walk.ts";
import type { GraphMessage, TensorMessage } from "./messages.ts";

/**
 * Reads the tensors that lie in files beside the model into it.
 *
 * @returns Paths of those files, each once, in the order in which the model names them.
 * @throws {ModelError} A file outside the model's folder (a path upwards, an absolute one, or a link
 * that leads out), a missing one, or one too short.
 */
export function readExternalData(graph: GraphMessage, path: string): string[] {
  const files = new Map<string, Deno.FsFile>();
  try {
    for (const tensor of everyTensor(graph)) {
      if (tensor.dataLocation === 1) readTensor(tensor, path, files);
    }
    return [...files.keys()].map((location) => join(dirname(path), location));
  } finally {
    for (const file of files.values()) file.close();
  }
}

function readTensor(tensor: TensorMessage, path: string, files: Map<string, Deno.FsFile>): void {
  const fields = new Map(
    (tensor.externalData ?? []).map((entry) => [entry.key, entry.value ?? ""]),
  );
  const location = fields.get("location");
  const fail = (what: string): never => {
    throw new ModelError(`the data of its tensor \`${tensor.name ?? ""}\` ${what}`, path);
  };
  if (!location) return fail("is said to be in another file, but not in which");
  const file = files.get(location) ?? open(location, path, fail);
  files.set(location, file);

  const source = fileSource(file);
  const number = (key: string, other: number): number => {
    const text = fields.get(key);
    if (text === undefined || text === "") return other;
    if (!/^\d{1,15}$/.test(text)) fail(`has the ${key} ${JSON.stringify(text)}; expected a number`);
    return Number(text);
  };
  const offset = number("offset", 0);
  const length = number("length", Math.max(0, source.size - offset));
  if (offset + length > source.size) {
    fail(
      `is said to be bytes ${offset} to ${
        offset + length
      } of ${location}, which has ${source.size}`,
    );
  }
  const bytes = new Uint8Array(length);
  if (source.read(offset, bytes) < length) fail(`became shorter while it was read (${location})`);
  tensor.rawData = bytes;
  delete tensor.externalData;
  tensor.dataLocation = 0;
}

function open(location: string, path: string, fail: (what: string) => never): Deno.FsFile {
  const folder = dirname(path);
  const outside = (to: string) => to.startsWith("..") || isAbsolute(to);
  if (isAbsolute(location) || outside(relative(folder, join(folder, location)))) {
    fail(`is said to be in ${location}; only files in the model's own folder are read`);
  }
  const full = join(folder, location);
  try {
    const real = Deno.realPathSync(full);
    if (outside(relative(Deno.realPathSync(folder), real))) {
      fail(`is said to be in ${location}, a link to ${real} outside the model's own folder`);
    }
    return Deno.openSync(real);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    if (error instanceof Deno.errors.NotFound) fail(`should be in ${full}, which does not exist`);
    return fail(`can't be read from ${full}: ${(error as Error).message}`);
  }
}
