import { Random } from "../random.ts";
import { makePart, reach } from "../scene/part.ts";
import { type Room, roomOf, within } from "../scene/room.ts";
import { type Domain, type FrameSize, makeStage, type Stage } from "../scene/stage.ts";
import { across, poseAt, type Traveller } from "./path.ts";
import { framesPerSecond, makeTravel } from "./travel.ts";

/** What decides a clip. */
export interface ClipPlan {
  readonly seconds: number;
  readonly seed: number;
  readonly domain: Domain;
  readonly size: FrameSize;
  /** Share of the parts that are defective. */
  readonly rejects: number;
  /** Where the counting line stands: a share of the frame's width. */
  readonly line: number;
}

/** A clip before it is drawn: the stage, the belt's motion and all parts with their ways. */
export interface Line {
  readonly stage: Stage;
  /** Pixels that the belt has run at each frame. */
  readonly travel: Float64Array;
  /** In the order of entering; later ones lie over earlier ones. */
  readonly parts: readonly Traveller[];
}

/**
 * Plans a clip. No part's middle is on the counting line in its first or last frame: whether such a
 * part is to be counted would be a matter of taste.
 */
export function planLine(plan: ClipPlan): Line {
  for (let attempt = 0;; attempt++) {
    const line = draft(plan, new Random(plan.seed, attempt, 0x434c));
    if (attempt > 50 || !startsOrEndsOnLine(line, plan)) return line;
  }
}

function draft({ seconds, domain, size, rejects, line }: ClipPlan, random: Random): Line {
  const stage = makeStage(domain, size, random);
  const frames = Math.round(seconds * framesPerSecond);
  const travel = makeTravel(frames, random).map((pixels) => pixels * stage.scale);
  const open = roomOf(stage);
  // Whole parts only: a defect that stays out of view could not be judged.
  const room = { ...open, guided: { top: true, bottom: true } };
  const lanes = 2 + random.below(2);
  const parts: Traveller[] = [];
  // The belt is occupied to short of the line when the clip begins.
  let start = -(line - 0.12) * size.width;
  const last = travel[frames - 1]! + 100 * stage.scale;
  const first: Traveller[] = [];
  while (start < last) {
    const part = place(first.length + 1, start, first, room, lanes, stage, rejects, random);
    if (part) first.push(part);
    // From one part to the next, whatever their lanes; a little further on if there was no room.
    start += (part ? random.between(45, 165) : 12) * stage.scale;
  }
  // Those placed first lie furthest to the right; ids follow the order of entering.
  parts.push(...first.sort((a, b) => a.start - b.start).map((part, i) => ({ ...part, id: i + 1 })));
  return { stage, travel, parts };
}

function place(
  id: number,
  start: number,
  before: readonly Traveller[],
  room: Room,
  lanes: number,
  stage: Stage,
  rejects: number,
  random: Random,
): Traveller | null {
  const { width, height } = stage.size;
  const spec = makePart(random, rejects, stage.scale);
  const near = before.slice(-10);
  for (let attempt = 0; attempt < 6; attempt++) {
    const lane = random.below(lanes);
    const at = (number: number, loose: number) =>
      within(room, spec, room.top + (number + 0.5) / lanes * (room.bottom - room.top) + loose);
    const y = at(lane, random.normal() * 0.035 * height);
    const neighbour = lane + (random.chance(0.5) ? 1 : -1);
    const changes = random.chance(0.22) && neighbour >= 0 && neighbour < lanes;
    const shift = changes
      ? {
        from: random.between(0.1, 0.55) * width,
        length: random.between(110, 220) * stage.scale,
        by: at(neighbour, random.normal() * 0.03 * height) - y,
      }
      : null;
    const nudge = random.chance(0.25)
      ? {
        from: random.between(0.05, 0.8) * width,
        length: random.between(20, 60) * stage.scale,
        by: random.between(0.06, 0.35) * (random.chance(0.5) ? 1 : -1),
      }
      : null;
    const part = { id, spec, start, y, angle: random.between(0, 2 * Math.PI), shift, nudge };
    if (near.every((other) => clear(part, other, width))) return part;
  }
  return null;
}

/** Whether two parts never lie over one another by more than a few pixels. */
function clear(part: Traveller, other: Traveller, width: number): boolean {
  const distance = other.start - part.start;
  const least = 0.95 * (reach(part.spec) + reach(other.spec));
  if (Math.abs(distance) >= least) return true;
  for (let along = -0.2 * width; along < 1.2 * width; along += 8) {
    const apart = across(part, along) - across(other, along - distance);
    if (Math.hypot(distance, apart) < least) return false;
  }
  return true;
}

function startsOrEndsOnLine({ stage, travel, parts }: Line, { line, size }: ClipPlan): boolean {
  return [travel[0]!, travel[travel.length - 1]!].some((run) =>
    parts.some((part) => {
      const { x } = poseAt(part, run, size, stage.belt.tilt);
      return Math.abs(x - line * size.width) < 24 * stage.scale;
    })
  );
}
