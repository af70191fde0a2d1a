/** Counters of an engine that grow with its work. */
const growing = ["batches", "frames", "inferenceSeconds"] as const;

/**
 * An engine's counters without what it did before: pictures of the self-check and of the timing are
 * no frames of the pipeline.
 */
export function countedSince(
  now: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>> | undefined,
): Record<string, unknown> {
  if (!before) return { ...now };
  const counted: Record<string, unknown> = { ...now };
  for (const key of growing) {
    const [a, b] = [now[key], before[key]];
    if (typeof a === "number" && typeof b === "number") counted[key] = a - b;
  }
  const { batches, frames } = counted;
  if (typeof batches === "number" && typeof frames === "number" && "meanBatch" in now) {
    counted.meanBatch = batches > 0 ? frames / batches : 0;
  }
  return counted;
}
