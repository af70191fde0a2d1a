import fc from "fast-check";
import { normals } from "../../../src/evaluate/random.ts";
import type { Preprocessing, TensorHistogram } from "../../../src/quantize/calibration/mod.ts";

/** The histogram of these values, by its definition. */
export function histogramOfValues(
  values: readonly number[],
  bins = 4096,
  name = "tensor",
): TensorHistogram {
  const finite = values.filter(Number.isFinite);
  const min = finite.length > 0 ? Math.min(...finite) : 0;
  const max = finite.length > 0 ? Math.max(...finite) : 0;
  let exponent = -100;
  while (max >= 2 ** exponent || min < -(2 ** exponent)) exponent++;
  const counts = new Float64Array(bins);
  for (const value of finite) {
    counts[Math.floor(value / 2 ** exponent * bins / 2) + bins / 2]!++;
  }
  return {
    name,
    count: finite.length,
    min,
    max,
    exponent,
    bins: counts,
    meanAbsolute: finite.reduce((sum, value) => sum + Math.abs(value), 0) / (finite.length || 1),
    notFinite: values.length - finite.length,
  };
}

/** Values as tensors have them: bell-shaped, one-sided, sparse, with outliers, alike, alone, zero. */
export const tensorValues: fc.Arbitrary<number[]> = fc.record({
  seed: fc.integer({ min: 1, max: 1 << 30 }),
  count: fc.integer({ min: 1, max: 3000 }),
  kind: fc.constantFrom("normal", "relu", "silu", "sparse", "outlier", "constant", "zero"),
  exponent: fc.integer({ min: -20, max: 20 }),
}).map(({ seed, count, kind, exponent }) => {
  let state = seed;
  const uniform = () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) / 2 ** 31;
  const normal = normals(uniform);
  const constant = normal();
  const make: Record<string, (i: number) => number> = {
    normal,
    relu: () => Math.max(0, normal()),
    silu: () => {
      const x = 3 * normal();
      return x / (1 + Math.exp(-x));
    },
    sparse: () => uniform() < 0.9 ? 0 : normal(),
    outlier: (i) => i === 0 ? 1e4 : normal(),
    constant: () => constant,
    zero: () => 0,
  };
  const scale = 2 ** exponent;
  return Array.from({ length: count }, (_, i) => Math.fround(make[kind]!(i)) * scale);
});

/** What most models want: RGB from 0 to 1. */
export const plainPreprocessing: Preprocessing = {
  align: "center",
  pad: 114,
  upscale: true,
  layout: "NCHW",
  type: "f32",
  order: "RGB",
  scale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
