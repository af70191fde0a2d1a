import { z } from "zod";
import { writeWhole } from "../../whole_file.ts";
import type { CalibratedTensor, Calibration } from "./calibration.ts";
import { readCounts, writeCounts } from "./counts_text.ts";
import { CalibrationError } from "./error.ts";
import type { TensorHistogram } from "./histogram.ts";
import { methodText, parseMethod } from "./method.ts";
import { type FileContent, fileSchema, fileVersion } from "./schema.ts";

type HistogramContent = FileContent["tensors"][number]["histograms"][number];

/**
 * Writes a calibration, `m.calibration.json`: whole, or not at all.
 *
 * @throws {CalibrationError} A range in it is empty, or not a number.
 */
export function writeCalibration(path: string, calibration: Calibration): Promise<void> {
  return Promise.try(() => writeWhole(path, textOf(parsed(contentOf(calibration), path))));
}

function contentOf(calibration: Calibration): unknown {
  return {
    version: fileVersion,
    ...calibration,
    tensors: calibration.tensors.map((tensor) => ({
      ...tensor,
      method: methodText(tensor.method),
      ...(tensor.symmetricMethod && { symmetricMethod: methodText(tensor.symmetricMethod) }),
      histograms: tensor.histograms.map(packed),
    })),
  };
}

/**
 * Reads a calibration and checks it: all that is in it, not yet to what it belongs.
 *
 * @throws {CalibrationError} It is not there, no calibration, of another version, or damaged: a
 * range that is empty or no number, counts that do not add up. The message names the place.
 */
export async function readCalibration(path: string): Promise<Calibration> {
  let value: unknown;
  try {
    value = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : `is no calibration: ${(error as Error).message}`;
    throw new CalibrationError(reason, path, { cause: error });
  }
  const found = (value as { version?: unknown } | null)?.version;
  if (found !== fileVersion) {
    throw new CalibrationError(
      found === undefined
        ? "is no calibration: it has no version"
        : `has version ${JSON.stringify(found)}: this program reads version ${fileVersion}`,
      path,
    );
  }
  const content = parsed(value, path);
  const names = new Set<string>();
  const tensors = content.tensors.map((tensor): CalibratedTensor => {
    const { name, histograms, symmetricMethod, ...rest } = tensor;
    if (names.has(name)) throw new CalibrationError(`has the tensor ${name} twice`, path);
    names.add(name);
    if (histograms.length !== content.sizes.length) {
      throw new CalibrationError(
        `the tensor ${name} has ${histograms.length} histograms for ${content.sizes.length} sizes`,
        path,
      );
    }
    return {
      ...rest,
      name,
      method: parseMethod(tensor.method),
      ...(symmetricMethod !== undefined && { symmetricMethod: parseMethod(symmetricMethod) }),
      histograms: histograms.map((histogram) => unpacked(name, histogram, path)),
    };
  });
  const { version: _, ...rest } = content;
  for (const { file, answers } of content.golden ?? []) {
    if (answers.length === content.sizes.length) continue;
    throw new CalibrationError(
      `the golden picture ${file} has answers for ${answers.length} of ${content.sizes.length} sizes`,
      path,
    );
  }
  return { ...rest, tensors };
}

function parsed(value: unknown, path: string): FileContent {
  const result = fileSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CalibrationError(`${place(value, issue!.path)}: ${issue!.message}`, path);
}

/** Where something is wrong, tensors by their names. */
function place(value: unknown, keys: readonly PropertyKey[]): string {
  if (keys[0] !== "tensors" || typeof keys[1] !== "number") return z.core.toDotPath(keys);
  const { tensors } = value as { tensors: readonly ({ name?: unknown } | undefined)[] };
  const name = tensors[keys[1]]?.name;
  return `the tensor ${name ?? `${keys[1]}`}: ${z.core.toDotPath(keys.slice(2))}`;
}

function packed(histogram: TensorHistogram): HistogramContent {
  const { count, min, max, exponent, meanAbsolute, notFinite, bins, channels } = histogram;
  return {
    count,
    min,
    max,
    exponent,
    meanAbsolute,
    ...(notFinite > 0 && { notFinite }),
    ...writeCounts(bins),
    ...(channels && { channels: channels.map(({ min, max, mean }) => [min, max, mean]) }),
  };
}

function unpacked(name: string, content: HistogramContent, path: string): TensorHistogram {
  const { first: _, counts: __, channels, notFinite = 0, ...head } = content;
  try {
    const bins = readCounts(content);
    const sum = bins.reduce((a, b) => a + b, 0);
    if (sum !== content.count) {
      throw new RangeError(`its counts add up to ${sum}, not to ${content.count}`);
    }
    return {
      ...head,
      name,
      notFinite,
      bins,
      ...(channels && { channels: channels.map(([min, max, mean]) => ({ min, max, mean })) }),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CalibrationError(
      `the histogram of the tensor ${name} is damaged: ${error.message}`,
      path,
    );
  }
}

/** JSON for people: one line for each tensor and each golden picture. */
function textOf({ tensors, golden, ...head }: FileContent): string {
  const list = (name: string, items: readonly unknown[]) => {
    const lines = items.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
    return `  ${JSON.stringify(name)}: [\n${lines}\n  ]`;
  };
  const lists = [list("tensors", tensors), ...golden ? [list("golden", golden)] : []];
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n${lists.join(",\n")}\n}\n`;
}
