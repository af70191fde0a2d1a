import type { Detection } from "../runtime/packet.ts";
import type { Side } from "./boundary.ts";
import { area, type Box, distance, type Point, segmentDistance } from "./geometry.ts";
import { kindOf } from "./pattern.ts";
import type { Thing } from "./thing.ts";

/** Largest ratio of two boxes' areas that may be one thing. */
const sizeRatio = 2.5;
/** How far from where it was expected a thing may appear: in sizes, and in ways it has gone unseen. */
const reach = { sizes: 0.5, way: 0.3 };
/** What is left of that if it is said to be of another kind. */
const otherKind = 0.5;

/**
 * Finds new tracks that are things lost a moment before. One must be of about the same size, and near
 * the way that the thing can have come meanwhile: on as before, or as fast as it ever was, or less far
 * (a belt may have stopped, or started). What has been counted may also have turned round, but not across
 * the boundary: there, the next thing is more likely. What is nearest to where the thing was expected
 * comes first; each takes part once.
 *
 * @param sideOf On which side of the boundary a new track is.
 */
export function handOver(
  lost: Iterable<Thing>,
  fresh: readonly Detection[],
  pts: number,
  sideOf: (detection: Detection) => Side,
): Map<Detection, Thing> {
  const pairs: { thing: Thing; detection: Detection; away: number }[] = [];
  for (const thing of lost) {
    for (const detection of fresh) {
      if (!reaches(thing, detection, pts, thing.counted && sideOf(detection) === thing.sign)) {
        continue;
      }
      const here = centre(detection.box);
      const away = Math.min(...thing.path.expected(pts).map((there) => distance(there, here)));
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

function reaches(
  thing: Thing,
  { box, class: name }: Detection,
  pts: number,
  turned: boolean,
): boolean {
  const [was, is] = [area(thing.box), area(box)];
  if (was > sizeRatio * is || is > sizeRatio * was) return false;
  const here = centre(box);
  const last = centre(thing.box);
  const ends: Point[] = [...thing.path.expected(pts), thing.path.furthest(pts)];
  if (turned) ends.push(thing.path.furthest(pts, -1));
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
