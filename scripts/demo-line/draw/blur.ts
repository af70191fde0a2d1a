// Working memory of the calls, which never overlap; all of it is written before it is read.
let across = new Float32Array(0);
let once = new Float32Array(0);

/** Mean over a square of `2 * radius + 1` samples, edges repeated; into a new array, or that one. */
export function boxBlur(
  source: ArrayLike<number>,
  width: number,
  height: number,
  radius: number,
  result: Float32Array = new Float32Array(width * height),
): Float32Array {
  if (across.length < width * height) across = new Float32Array(width * height);
  if (radius < 1) {
    for (let i = 0; i < width * height; i++) result[i] = source[i]!;
    return result;
  }
  const weight = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width, last = row + width - 1;
    let sum = source[row]! * radius;
    for (let x = 0; x <= radius; x++) sum += source[Math.min(row + x, last)]!;
    for (let x = 0; x < width; x++) {
      across[row + x] = sum * weight;
      sum += source[Math.min(row + x + radius + 1, last)]! -
        source[Math.max(row + x - radius, row)]!;
    }
  }
  const sums = new Float32Array(width);
  const bottom = (height - 1) * width;
  for (let x = 0; x < width; x++) {
    let sum = across[x]! * radius;
    for (let y = 0; y <= radius; y++) sum += across[Math.min(y * width, bottom) + x]!;
    sums[x] = sum;
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const enter = Math.min((y + radius + 1) * width, bottom);
    const leave = Math.max((y - radius) * width, 0);
    for (let x = 0; x < width; x++) {
      result[row + x] = sums[x]! * weight;
      sums[x]! += across[enter + x]! - across[leave + x]!;
    }
  }
  return result;
}

/** Two of these: close to a bell of deviation 0.8 `radius`. */
export function softBlur(
  source: ArrayLike<number>,
  width: number,
  height: number,
  radius: number,
): Float32Array {
  if (once.length < width * height) once = new Float32Array(width * height);
  return boxBlur(boxBlur(source, width, height, radius, once), width, height, radius);
}
