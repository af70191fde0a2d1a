import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import manifest from "../../../deno.json" with { type: "json" };

/** Folders whose code decides what becomes of a model and a calibration. */
const folders = ["quantize", "onnx"];

/**
 * This program's version, with a hash of the code that makes INT8 models, so that a model which an
 * older state of that code made is not taken for one of its own.
 */
export function ownVersion(): string {
  return version ??= `${manifest.version} ${codeHash()}`;
}

let version: string | undefined;

function codeHash(): string {
  const hash = createHash("sha256");
  try {
    const source = fileURLToPath(new URL("../../", import.meta.url));
    for (const path of folders.flatMap((folder) => files(join(source, folder)))) {
      hash.update(Deno.readFileSync(path));
    }
  } catch {
    return ""; // not on a disk: the version alone tells
  }
  return hash.digest("hex").slice(0, 16);
}

function files(folder: string): string[] {
  return [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) => {
      const path = join(folder, name);
      return isDirectory ? files(path) : name.endsWith(".ts") ? [path] : [];
    });
}
