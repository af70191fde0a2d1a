import { sampling } from "./sprite.ts";
import type { Surface } from "./surface.ts";

/** The first and last covered point of each row and column: x, y pairs in pixels from the middle. */
export function outlineOf({ alpha, width, height }: Surface): Float32Array {
  const points: number[] = [];
  const scan = (count: number, length: number, step: number, stride: number, rows: boolean) => {
    const add = (line: number, at: number) => {
      const [x, y] = rows ? [at, line + 0.5] : [line + 0.5, at];
      points.push((x - width / 2) / sampling, (y - height / 2) / sampling);
    };
    for (let line = 0; line < count; line++) {
      const from = line * stride;
      let first = 0, last = length - 1;
      while (first < length && alpha[from + first * step]! < 0.5) first++;
      if (first === length) continue;
      while (alpha[from + last * step]! < 0.5) last--;
      add(line, first + 1 - Math.min(alpha[from + first * step]!, 1));
      add(line, last + Math.min(alpha[from + last * step]!, 1));
    }
  };
  scan(height, width, 1, width, true);
  scan(width, height, width, 1, false);
  return Float32Array.from(points);
}

/** Points of a coverage, those within `share` of its box around the middle, as x, y pairs in pixels. */
export function flawOf(
  coverage: Uint8Array,
  width: number,
  height: number,
  share: number,
): Float32Array {
  const points: number[] = [];
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      if (coverage[y * width + x]! < 128) continue;
      const [px, py] = [x + 0.5 - width / 2, y + 0.5 - height / 2];
      if (Math.abs(px) > share * width / 2 || Math.abs(py) > share * height / 2) continue;
      points.push(px / sampling, py / sampling);
    }
  }
  return Float32Array.from(points);
}
