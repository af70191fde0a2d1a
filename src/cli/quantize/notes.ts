import type { QuantGroup } from "../../quantize/graph/mod.ts";

/** What stays float before the box decoding, by operator. */
export function floatNote(operators: readonly string[]): string {
  if (operators.length === 0) return "";
  const counts = new Map<string, number>();
  for (const operator of operators) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  const texts = [...counts].map(([operator, count]) => `${count} ${operator}`);
  return `float besides: ${texts.join(", ")}\n`;
}

/** Of groups that are INT8 in a cache though they were to be float. */
export function cacheNote(count: number): string {
  if (count === 0) return "";
  const [are, were] = count === 1 ? ["group is", "was"] : ["groups are", "were"];
  return `in the cache ${count} ${are} INT8 that ${were} to be float: TensorRT 8 can't leave a ` +
    "convolution float that it computes together with its activation function\n";
}

/** Of all groups, from which share of depthwise ones on a model is told to be one for 16 bits. */
const many = 0.1;

/**
 * Of TensorRT's model, where many convolutions in it are depthwise and so float. YOLOX-Nano, with 30 of
 * 120, took 0.909 ms in INT8 and 0.550 ms in 16 bits (TensorRT 8.5.3, H200, batch 1).
 */
export function depthwiseNote(groups: readonly QuantGroup[]): string {
  const count = groups.filter(({ kind }) => kind === "depthwise").length;
  if (count < many * groups.length || count === 0) return "";
  return `for TensorRT ${count} depthwise convolutions stay float, each between two conversions: ` +
    "16 bits as a whole may be faster than INT8 there; measure both\n";
}
