import { z } from "zod";

const units: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/**
 * A length of time: seconds as a number, or a number with its unit, `8ms`. Units are us, ms, s, m
 * and h. Parsing gives seconds, and takes its own result again.
 */
export function duration(): z.ZodType<number, number | string> {
  return z.union([
    z.number().min(0),
    z.string().regex(/^\d+(\.\d+)?\s*(us|ms|s|m|h)$/, {
      error: "expected a duration such as 8ms, 1.5s or 2m",
    }),
  ]).transform((value) => {
    if (typeof value === "number") return value;
    const unit = /[a-z]+$/.exec(value)![0];
    return Number.parseFloat(value) * units[unit]!;
  });
}

/** A picture's size. */
export interface Size {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** A picture's size: `640` (square), `640x384`, or `{ width, height }`. Parsing gives the last. */
export function size(): z.ZodType<Size, number | string | Size> {
  const pixels = z.number().int().min(1).max(16384);
  return z.union([
    pixels,
    z.string().regex(/^[1-9]\d{0,4}x[1-9]\d{0,4}$/, {
      error: "expected a size such as 640 or 640x384",
    }),
    z.strictObject({
      width: pixels.describe("Pixels"),
      height: pixels.describe("Pixels"),
    }),
  ]).transform((value) => {
    if (typeof value === "number") return { width: value, height: value };
    if (typeof value !== "string") return value;
    const [width, height] = value.split("x");
    return { width: Number(width), height: Number(height) };
  });
}
