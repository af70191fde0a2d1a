/**
 * How much the least of the last `some` values is above the least of the first, per value between them.
 * What is held for a while and let go again does not count (on one processor some 14 MiB for three or four
 * passes, by whom is not known); what leaks is in all of them.
 */
export function floorGrowth(values: readonly number[], some: number): number {
  if (values.length <= some) {
    throw new RangeError(`more than ${some} values are needed, there are ${values.length}`);
  }
  const floor = (numbers: readonly number[]) => Math.min(...numbers);
  return (floor(values.slice(-some)) - floor(values.slice(0, some))) / (values.length - some);
}
