import { type Boundary, Line, Zone } from "./boundary.ts";
import type { Point } from "./geometry.ts";

/** What is counted at, as it is written: all numbers up to 1 are fractions of the picture, else pixels. */
export interface Shape {
  /** What its points are. */
  readonly kind: "line" | "zone";
  /** A line's ends, a zone's corners. */
  readonly points: readonly Point[];
  /** Half the band's width; under 1 a fraction of the picture's shorter side, else pixels. */
  readonly band: number;
}

/** A shape on pictures of one size. */
export interface PlacedShape {
  readonly boundary: Boundary;
  /** Pixels. */
  readonly points: readonly Point[];
}

/**
 * Places a shape on pictures of `width` by `height` pixels.
 *
 * @throws {RangeError} A point is outside.
 */
export function place({ kind, points, band }: Shape, width: number, height: number): PlacedShape {
  const fractions = points.every(([x, y]) => x <= 1 && y <= 1);
  const placed = points.map(([x, y]): Point => fractions ? [x * width, y * height] : [x, y]);
  const outside = placed.find(([x, y]) => x > width || y > height);
  if (outside) {
    throw new RangeError(
      `${kind}: [${outside.join(", ")}] is outside the picture of ${width}x${height} pixels ` +
        "(numbers are fractions of it only if all of them are 1 at most)",
    );
  }
  const pixels = band < 1 ? band * Math.min(width, height) : band;
  const boundary = kind === "line"
    ? new Line([placed[0]!, placed[1]!], pixels)
    : new Zone(placed, pixels);
  return { boundary, points: placed };
}
