import { inPolygon, lineDistance, type Point, segmentDistance } from "./geometry.ts";

/** Which side of a boundary: before it (a line) or outside (a zone) is -1, beyond or inside 1. */
export type Side = -1 | 0 | 1;

/** What things are counted at, in pixels of one picture size. */
export interface Boundary {
  /** Without the band; 0 on the boundary itself. */
  sign(point: Point): Side;
  /** 0 within the band about the boundary. */
  side(point: Point): Side;
  /** Where a step from one side to the other passes it; undefined if that is round a line's ends. */
  passage(from: Point, to: Point): Point | undefined;
}

/**
 * A line from one point to another. Beyond it is what lies on the right of somebody who goes from the
 * first to the second.
 */
export class Line implements Boundary {
  constructor(readonly ends: readonly [Point, Point], readonly band: number) {}

  sign(point: Point): Side {
    return Math.sign(lineDistance(point, this.ends)) as Side;
  }

  side(point: Point): Side {
    const far = lineDistance(point, this.ends);
    return Math.abs(far) > this.band ? Math.sign(far) as Side : 0;
  }

  passage(from: Point, to: Point): Point | undefined {
    const before = lineDistance(from, this.ends);
    const after = lineDistance(to, this.ends);
    const t = before === after ? 0 : before / (before - after);
    const at: Point = [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])];
    const [a, b] = this.ends;
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const along = ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / (dx * dx + dy * dy);
    return along >= 0 && along <= 1 ? at : undefined;
  }
}

/** A polygon. */
export class Zone implements Boundary {
  constructor(readonly corners: readonly Point[], readonly band: number) {}

  sign(point: Point): Side {
    return inPolygon(point, this.corners) ? 1 : -1;
  }

  side(point: Point): Side {
    const { corners } = this;
    const near = corners.some((corner, i) =>
      segmentDistance(point, [corner, corners[(i + 1) % corners.length]!]) <= this.band
    );
    return near ? 0 : this.sign(point);
  }

  passage(_from: Point, to: Point): Point {
    return to;
  }
}
