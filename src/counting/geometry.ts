/** x and y, in pixels unless said otherwise; y grows downwards. */
export type Point = readonly [number, number];

/** x1, y1, x2, y2. */
export type Box = readonly [number, number, number, number];

/** A point of a box that stands for it. */
export type Anchor = "center" | "top" | "bottom" | "left" | "right";

/** The middle of a box, or of one of its edges. */
export function anchorOf([x1, y1, x2, y2]: Box, anchor: Anchor): Point {
  const x = (x1 + x2) / 2;
  const y = (y1 + y2) / 2;
  switch (anchor) {
    case "center":
      return [x, y];
    case "top":
      return [x, y1];
    case "bottom":
      return [x, y2];
    case "left":
      return [x1, y];
    case "right":
      return [x2, y];
  }
}

/** Whether a point is in a box, its border included. */
export function contains([x1, y1, x2, y2]: Box, [x, y]: Point): boolean {
  return x >= x1 && x <= x2 && y >= y1 && y <= y2;
}

/** Pixels squared. */
export function area([x1, y1, x2, y2]: Box): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
}

/** Distance of two points. */
export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/**
 * Signed distance of a point from the endless line through two: positive on the right of somebody who
 * goes from the first to the second.
 */
export function lineDistance([x, y]: Point, [[ax, ay], [bx, by]]: readonly [Point, Point]): number {
  const dx = bx - ax;
  const dy = by - ay;
  return ((y - ay) * dx - (x - ax) * dy) / Math.hypot(dx, dy);
}

/** Distance of a point from the segment between two. */
export function segmentDistance(point: Point, [a, b]: readonly [Point, Point]): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const length2 = dx * dx + dy * dy;
  const along = length2 > 0 ? ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length2 : 0;
  const t = Math.min(1, Math.max(0, along));
  return distance(point, [a[0] + t * dx, a[1] + t * dy]);
}

/** Whether a point is in a polygon, by the even-odd rule. */
export function inPolygon([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length]!;
    if ((ay > y) !== (by > y) && x < ax + (bx - ax) * (y - ay) / (by - ay)) inside = !inside;
  });
  return inside;
}

/** Twice a polygon's area, negative if its corners go round the other way. */
export function polygonArea(polygon: readonly Point[]): number {
  return polygon.reduce((sum, [ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length]!;
    return sum + ax * by - bx * ay;
  }, 0);
}
