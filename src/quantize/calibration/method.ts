import { closest } from "fastest-levenshtein";
import { entropyRange } from "./entropy.ts";
import { onnxruntimeEntropyRange } from "./entropy_onnxruntime.ts";
import type { TensorHistogram } from "./histogram.ts";
import { mseRange } from "./mse.ts";
import { percentileRange } from "./percentile.ts";
import { type Range, type Scheme, wholeRange } from "./range.ts";

/** How a range is found from a histogram. */
export type Method =
  | { readonly name: "minmax" | "mse" | "entropy" | "entropy-onnxruntime" }
  | { readonly name: "percentile"; readonly value: number };

const names = ["minmax", "percentile", "mse", "entropy", "entropy-onnxruntime"] as const;
/** What `percentile` means where nothing is said. */
const defaultPercentile = 99.99;

/** The range that a method finds for 8 bits of that kind. */
export function rangeOf(histogram: TensorHistogram, method: Method, scheme: Scheme): Range {
  switch (method.name) {
    case "minmax":
      return wholeRange(histogram, scheme);
    case "percentile":
      return percentileRange(histogram, scheme, method.value);
    case "mse":
      return mseRange(histogram, scheme);
    case "entropy":
      return entropyRange(histogram, scheme);
    case "entropy-onnxruntime":
      return onnxruntimeEntropyRange(histogram, scheme);
  }
}

/** As `parseMethod` takes it: `mse`, `percentile:99.99`. */
export function methodText(method: Method): string {
  return method.name === "percentile" ? `percentile:${method.value}` : method.name;
}

/**
 * A method by its text; `percentile` alone is that of 99.99.
 *
 * @throws {RangeError} There is no such method, or no such percentile.
 *
 * @example
 * ```ts
 * parseMethod("percentile:99.9"); // { name: "percentile", value: 99.9 }
 * ```
 */
export function parseMethod(text: string): Method {
  const [word, value, ...rest] = text.split(":");
  const name = names.find((name) => name === word);
  if (!name || rest.length > 0 || (value !== undefined && name !== "percentile")) {
    throw new RangeError(
      `there is no method \`${text}\`: expected ${names.join(", ")}, or a percentile such as ` +
        `percentile:99.9; did you mean \`${closest(text, [...names])}\`?`,
    );
  }
  if (name !== "percentile") return { name };
  const percentile = value === undefined ? defaultPercentile : Number(value);
  if (value?.trim() === "" || !(percentile >= 50 && percentile <= 100)) {
    throw new RangeError(`the percentile is ${value}: expected a number from 50 to 100`);
  }
  return { name, value: percentile };
}
