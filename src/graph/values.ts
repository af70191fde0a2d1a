import { z } from "zod";

/** Seconds in each unit a duration may be written in. */
const units: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
/** How a duration is written. */
export const durationPattern = /^\d+(\.\d+)?\s*(us|ms|s|m|h)$/;
// On the branch too: zod reports a lone branch that got past its type by that branch's own message.
const durationError = "must be a duration such as 8ms, 1.5s or 2m";
const sizeError = "must be a size in pixels such as 640 or 640x384";
/** How a size is written. */
export const sizePattern = /^[1-9]\d{0,4}x[1-9]\d{0,4}$/;

/** A zod schema that takes `Input`, as written in a pipeline, and gives `Output`. */
export interface Value<Output, Input> extends ZodValue<Output, Input> {}

/**
 * Zod's own type: other packages' types are not documented here.
 * @internal
 */
export type ZodValue<Output, Input> = z.ZodType<Output, Input>;

/**
 * Seconds that a duration such as `8ms`, `1.5s` or `2m` stands for.
 *
 * @throws {SyntaxError} where the text is no duration.
 */
export function parseDuration(text: string): number {
  if (!durationPattern.test(text)) {
    throw new SyntaxError(`"${text}" is no duration: expected one such as 8ms, 1.5s or 2m`);
  }
  return Number.parseFloat(text) * units[/[a-z]+$/.exec(text)![0]]!;
}

/** A duration as a pipeline would write it, in the largest unit that keeps it at 1 or above. */
export function formatDuration(seconds: number): string {
  const unit = seconds >= 60 && seconds % 60 === 0 ? "m" : seconds >= 1 ? "s" : "ms";
  return `${Number((seconds / units[unit]!).toPrecision(6))}${unit}`;
}

/**
 * A length of time: seconds as a number, or a number with its unit, `8ms`. Units are us, ms, s, m
 * and h. Parsing gives seconds, and takes its own result again.
 */
export function duration(): Value<number, number | string> {
  return z.union([z.number().min(0), z.string().regex(durationPattern, durationError)], {
    error: durationError,
  }).transform((value) => typeof value === "number" ? value : parseDuration(value));
}

/** Whether a JSON Schema is that of a {@linkcode duration}. */
export function isDuration(schema: unknown): boolean {
  return JSON.stringify(schema)?.includes(JSON.stringify(durationPattern.source)) ?? false;
}

/** A picture's size. */
export interface Size {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** A picture's size: `640` (square), `640x384`, or `{ width, height }`. Parsing gives the last. */
export function size(): Value<Size, number | string | Size> {
  const pixels = z.number().int().min(1).max(16384);
  return z.union([
    pixels,
    z.string().regex(sizePattern, sizeError),
    z.strictObject({
      width: pixels.describe("Pixels"),
      height: pixels.describe("Pixels"),
    }),
  ], { error: sizeError }).transform((value) => {
    if (typeof value === "number") return { width: value, height: value };
    if (typeof value !== "string") return value;
    const [width, height] = value.split("x");
    return { width: Number(width), height: Number(height) };
  });
}
