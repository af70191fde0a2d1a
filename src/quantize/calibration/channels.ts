import type { Calibration } from "./calibration.ts";
import { mergeSizes } from "./histogram.ts";
import type { Range } from "./range.ts";

/**
 * Ranges for u8 of each channel, of the tensors whose channels were told apart: what was seen of it,
 * within the tensor's own range. To cut the tensor's far outliers was better than to keep them, in
 * the few channels that have them.
 */
export function channelRanges({ tensors }: Calibration): Map<string, readonly Range[]> {
  const ranges = new Map<string, readonly Range[]>();
  for (const { name, histograms, asymmetric } of tensors) {
    const { channels } = mergeSizes(histograms);
    if (!channels) continue;
    ranges.set(
      name,
      channels.map(({ min, max }) => ({
        min: Math.min(0, Math.max(min, asymmetric.min)),
        max: Math.max(0, Math.min(max, asymmetric.max)),
      })),
    );
  }
  return ranges;
}
