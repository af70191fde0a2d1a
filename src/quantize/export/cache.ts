import type { OnnxModel } from "../../onnx/model.ts";
import { cacheTensors } from "./cache_tensors.ts";
import { rangeOf, type Ranges, symmetric } from "./ranges.ts";

/** Which TensorRT a cache is for, and what made its scales. */
export interface CacheHeader {
  /** As TensorRT 8 writes it: 8503 is 8.5.3. */
  readonly version: number;
  /** `EntropyCalibration2`, `MinMaxCalibration` … */
  readonly algorithm: string;
}

/** A calibration cache's contents. */
export interface CalibrationCache extends CacheHeader {
  /** Scales by tensor name, in the file's order: a tensor's greatest magnitude is 127 times that. */
  readonly scales: ReadonlyMap<string, number>;
}

const entropy: CacheHeader = { version: 8503, algorithm: "EntropyCalibration2" };

/**
 * A calibration cache as TensorRT 8 writes and reads it, for a model of static shapes without Q/DQ.
 *
 * Tensors have the names and the order that TensorRT's ONNX parser gives them, unnamed layers
 * included (see cache_tensors.ts). A tensor without a range is left out; TensorRT 8 then computes in
 * float what makes it.
 *
 * @param model The original model, as TensorRT will read it; not one changed by `prepare`.
 * @param ranges By tensor. A range given for an unnamed layer's tensor goes before what is known of it.
 * @param leaveOut Tensors to leave out all the same.
 * @param header TensorRT refuses a cache of another version than its own, unless it is told not to.
 * @throws {RangeError} A range that is none.
 */
export function exportCache(
  model: OnnxModel,
  ranges: Ranges,
  leaveOut: ReadonlySet<string> = new Set(),
  header: CacheHeader = entropy,
): string {
  const scales = new Map<string, number>();
  for (const { name, like, constant } of cacheTensors(model)) {
    if (leaveOut.has(name)) continue;
    const known = [name, like].find((tensor) => ranges.has(tensor));
    const range = known === undefined ? constant : rangeOf(ranges, known);
    if (range) scales.set(name, symmetric(range).scale);
  }
  return formatCache({ ...header, scales });
}

/** The text of a cache. */
export function formatCache({ version, algorithm, scales }: CalibrationCache): string {
  const view = new DataView(new ArrayBuffer(4));
  const lines = [...scales].map(([name, scale]) => {
    view.setFloat32(0, scale);
    return `${name}: ${view.getUint32(0).toString(16).padStart(8, "0")}\n`;
  });
  return `TRT-${version}-${algorithm}\n${lines.join("")}`;
}

/**
 * Reads a cache.
 * @throws {SyntaxError} What is wrong, and in which line.
 */
export function parseCache(text: string): CalibrationCache {
  const [first, ...lines] = text.split(/\r?\n/);
  const header = /^TRT-(\d+)-(\w+)$/.exec(first ?? "");
  if (!header) {
    throw new SyntaxError(
      `line 1 is ${JSON.stringify(first?.slice(0, 60))}; expected the like of ` +
        `TRT-8503-EntropyCalibration2, which begins a TensorRT calibration cache`,
    );
  }
  const scales = new Map<string, number>();
  const view = new DataView(new ArrayBuffer(4));
  lines.forEach((line, i) => {
    if (line === "") return;
    const fail = (what: string): never => {
      throw new SyntaxError(`line ${i + 2} ${what}`);
    };
    // A name may hold colons and spaces; the number is what follows the last ones.
    const match = /^(.+): ([0-9a-fA-F]{8})$/.exec(line);
    if (!match) {
      return fail(
        `is ${JSON.stringify(line.slice(0, 80))}; expected \`tensor: \` and 8 hex digits`,
      );
    }
    const [, name, digits] = match;
    view.setUint32(0, parseInt(digits!, 16));
    const scale = view.getFloat32(0);
    if (!(scale > 0 && scale < Infinity)) {
      fail(`gives ${name} the scale ${scale} (${digits}); expected a number greater than 0`);
    }
    if (scales.has(name!)) fail(`names ${name}, which an earlier line has`);
    scales.set(name!, scale);
  });
  return { version: Number(header[1]), algorithm: header[2]!, scales };
}
