/** Least-squares slope of values at 0, 1, 2 …, and the values' scatter about that line (RMS). */
export function slope(values: readonly number[]): { slope: number; scatter: number } {
  if (values.length < 2) {
    throw new RangeError(`a slope needs two values, there are ${values.length}`);
  }
  const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const middle = (values.length - 1) / 2, level = mean(values);
  const up = values.reduce((sum, value, i) => sum + (i - middle) * (value - level), 0);
  const across = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  const gradient = up / across;
  const off = values.map((value, i) => (value - level - gradient * (i - middle)) ** 2);
  return { slope: gradient, scatter: Math.sqrt(mean(off)) };
}
