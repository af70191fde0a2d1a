import { closest, distance } from "fastest-levenshtein";
import { basename, dirname } from "node:path";
import { type ByteSource, fileSource } from "./bytes.ts";
import { ModelError } from "./error.ts";
import { type OnnxOutline, readOnnx } from "./onnx.ts";
import { WireError } from "./wire.ts";

/**
 * Opens a model file and reads its outline.
 * @throws {ModelError} The file is missing, unreadable, empty, truncated, or no ONNX model.
 */
export function readModelFile(path: string): OnnxOutline {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    throw new ModelError(whyUnopened(path, error as Error), path);
  }
  try {
    if (file.statSync().isDirectory) throw new ModelError("is a folder, not an ONNX file", path);
    return readModel(fileSource(file), path);
  } finally {
    file.close();
  }
}

/** As {@link readModelFile}, from bytes. `path` is for messages. */
export function readModel(source: ByteSource, path: string): OnnxOutline {
  if (source.size === 0) throw new ModelError("is empty (0 bytes); expected an ONNX model", path);
  try {
    return readOnnx(source);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const found = otherKind(source);
    throw new ModelError(
      found
        ? `is ${found}; expected an ONNX model`
        : `is no ONNX model, or a damaged one: ${error.message} (${source.size} bytes in all)`,
      path,
    );
  }
}

function whyUnopened(path: string, error: Error): string {
  if (!(error instanceof Deno.errors.NotFound)) {
    // A folder can be opened on Linux; what is left is mostly permission.
    return `can't be opened: ${error.message}`;
  }
  const folder = dirname(path);
  try {
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name)
      .filter((name) => name.endsWith(".onnx"));
    const near = closest(basename(path), names);
    if (names.length > 0 && distance(near, basename(path)) <= Math.max(3, near.length / 3)) {
      return `there is no such file; did you mean ${near}?`;
    }
    return "there is no such file";
  } catch {
    return `there is no such file, nor the folder ${folder}`;
  }
}

/** What the first bytes say the file is, where it is not ONNX. */
function otherKind(source: ByteSource): string | undefined {
  const head = new Uint8Array(Math.min(source.size, 256));
  source.read(0, head);
  const text = new TextDecoder("latin1").decode(head);
  if (text.startsWith("version https://git-lfs")) return "a Git LFS pointer (run `git lfs pull`)";
  if (text.startsWith("PK\x03\x04")) return "a ZIP archive (a PyTorch .pt file perhaps)";
  if (text.slice(4, 8) === "TFL3") return "a TensorFlow Lite model";
  if (text.startsWith("\x89HDF")) return "an HDF5 file";
  if (/^\s*<\?xml/.test(text)) return "an XML file (an OpenVINO model perhaps)";
  if (/^[\t\n\r\x20-\x7e]+$/.test(text)) {
    return `a text file that begins ${JSON.stringify(text.slice(0, 24))}`;
  }
  return undefined;
}
