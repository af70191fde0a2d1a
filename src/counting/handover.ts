import type { Detection } from "../runtime/packet.ts";
import type { Side } from "./boundary.ts";
import { area, type Box, distance, type Point, segmentDistance } from "./geometry.ts";
import { kindOf } from "./pattern.ts";
import type { Thing } from "./thing.ts";

/** Largest ratio of two boxes' areas that may be one thing. */
const sizeRatio = 2.5;
/** How far from its way a thing may be found again: in sizes, and in lengths of that way. */
const reach = { sizes: 0.5, way: 0.3 };
/** What is left of that if it is said to be of another kind. */
const otherKind = 0.5;

/** What there is when new tracks come up. */
export interface Scene {
  /** Things that have no track any more. */
  readonly lost: readonly Thing[];
  /** Things that were in view a frame ago. */
  readonly present: readonly Thing[];
  /** New tracks. */
  readonly fresh: readonly Detection[];
  /** Stream time. */
  readonly pts: number;
  /** On which side of the boundary a new track is. */
  readonly sideOf: (detection: Detection) => Side;
}

/**
 * Finds new tracks that are things lost a moment before. One must be of about the same size, and near
 * a way that the thing can have come meanwhile: on as before, with the others (a belt carries them all,
 * stops and starts), as fast as it ever was, or less far. What has been counted may also have turned
 * round, but not across the boundary: there, the next thing is more likely. What is nearest to where the
 * thing was expected comes first; each takes part once.
 */
export function handOver(scene: Scene): Map<Detection, Thing> {
  const { lost, fresh, pts, sideOf } = scene;
  const pairs: { thing: Thing; detection: Detection; away: number }[] = [];
  for (const thing of lost) {
    const expected: Point[] = [...thing.path.expected(pts)];
    const carried = carriedTo(thing, scene);
    if (carried) expected.push(carried);
    for (const detection of fresh) {
      const ends = [...expected, thing.path.furthest(pts)];
      if (thing.counted && sideOf(detection) === thing.sign) {
        ends.push(thing.path.furthest(pts, -1));
      }
      if (!reaches(thing, detection, ends)) continue;
      const here = centre(detection.box);
      const away = Math.min(...expected.map((there) => distance(there, here)));
      pairs.push({ thing, detection, away });
    }
  }
  const taken = new Set<Thing>();
  const heirs = new Map<Detection, Thing>();
  for (const { thing, detection } of pairs.sort((a, b) => a.away - b.away)) {
    if (taken.has(thing) || heirs.has(detection)) continue;
    taken.add(thing);
    heirs.set(detection, thing);
  }
  return heirs;
}

/** Where it would be had it moved as the others have since it was lost: by their median. */
function carriedTo(thing: Thing, { present }: Scene): Point | undefined {
  const ways = present.flatMap((other) => {
    const way = other === thing ? undefined : other.path.since(thing.seen);
    return way ? [way] : [];
  });
  if (ways.length === 0) return undefined;
  const [x, y] = centre(thing.box);
  return [x + median(ways.map((way) => way[0])), y + median(ways.map((way) => way[1]))];
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

function reaches(thing: Thing, { box, class: name }: Detection, ends: readonly Point[]): boolean {
  const [was, is] = [area(thing.box), area(box)];
  if (was > sizeRatio * is || is > sizeRatio * was) return false;
  const here = centre(box);
  const last = centre(thing.box);
  const size = Math.sqrt((was + is) / 2);
  return ends.some((end) => {
    const far = reach.sizes * size + reach.way * distance(last, end);
    const allowed = kindOf(name) === thing.kind ? far : far * otherKind;
    return segmentDistance(here, [last, end]) < allowed;
  });
}

function centre([x1, y1, x2, y2]: Box): Point {
  return [(x1 + x2) / 2, (y1 + y2) / 2];
}
