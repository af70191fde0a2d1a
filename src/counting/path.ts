import type { Box, Point } from "./geometry.ts";

/** Places that a steady velocity is worked out from. */
const steady = 10;
/** And those for one that has just changed: fewer would be noise. */
const few = 5;

/** Where a thing was at one time. */
interface Place {
  readonly pts: number;
  readonly x: number;
  readonly y: number;
}

/** Where a thing was lately. */
export class Path {
  #top: Point = [0, 0];
  /** Oldest first. */
  #places: Place[] = [];

  /** Keeps places for `memory` seconds. */
  constructor(readonly memory: number) {}

  /** Adds where it is; `pts` in seconds. */
  add(pts: number, [x1, y1, x2, y2]: Box): void {
    this.#places.push({ pts, x: (x1 + x2) / 2, y: (y1 + y2) / 2 });
    while (this.#places.length > steady && this.#places[1]!.pts < pts - this.memory) {
      this.#places.shift();
    }
    if (this.#places.length < few) return;
    const now = this.#velocity(steady);
    if (Math.hypot(...now) > Math.hypot(...this.#top)) this.#top = now;
  }

  /** Where it may be at `pts`: had it gone on as over many frames, as over the last few. */
  expected(pts: number): [Point, Point] {
    return [this.#onwards(pts, this.#velocity(steady)), this.#onwards(pts, this.#velocity(few))];
  }

  /** Where it would be at `pts` had it gone as fast as it ever has; `way` -1: in reverse. */
  furthest(pts: number, way: 1 | -1 = 1): Point {
    return this.#onwards(pts, [way * this.#top[0], way * this.#top[1]]);
  }

  /** How far it has come since `pts`; undefined if it was not seen then. */
  since(pts: number): Point | undefined {
    const then = this.#places.findLast((place) => place.pts <= pts);
    const now = this.#places.at(-1)!;
    return then && [now.x - then.x, now.y - then.y];
  }

  #onwards(pts: number, [vx, vy]: Point): Point {
    const { pts: seen, x, y } = this.#places.at(-1)!;
    return [x + vx * (pts - seen), y + vy * (pts - seen)];
  }

  /** Mean velocity over the last places, pixels a second; zero for a single one. */
  #velocity(places: number): Point {
    const first = this.#places.at(-places) ?? this.#places[0]!;
    const last = this.#places.at(-1)!;
    const seconds = last.pts - first.pts;
    if (!(seconds > 0)) return [0, 0];
    return [(last.x - first.x) / seconds, (last.y - first.y) / seconds];
  }
}
