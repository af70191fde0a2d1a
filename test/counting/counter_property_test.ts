import assert from "node:assert/strict";
import fc from "fast-check";
import type { CounterOptions } from "../../src/counting/mod.ts";
import type { Detection } from "../../src/runtime/packet.ts";
import { at, counterAt, play } from "./scene.ts";

/** Where the line of the tests is, and the half width of its band. */
const [line, band] = [320, 8];

/** What a part does: x by frame, without noise. */
interface Motion {
  readonly xs: readonly number[];
  /** How often it passes the line forward, as a person would say it: 0 or 1. */
  readonly passes: 0 | 1;
}

/** Moves `frames` frames at a speed, from where it is. */
const go = (from: number, speed: number, frames: number): number[] =>
  Array.from({ length: frames }, (_, i) => from + speed * (i + 1));

/** From far before the line to `to` at a speed. */
function approach(to: number, speed: number): number[] {
  const frames = Math.ceil((to - 60) / speed);
  return go(to - frames * speed, speed, frames);
}

const speed = fc.double({ min: 1.5, max: 9, noNaN: true });

const through = speed.map((v): Motion => ({ xs: approach(560, v), passes: 1 }));

/** Stands still somewhere, on the line too, then goes on. */
const stops = fc.tuple(speed, fc.integer({ min: 200, max: 440 }), fc.integer({ min: 1, max: 60 }))
  .map(([v, where, still]): Motion => {
    const there = approach(where, v);
    return {
      xs: [...there, ...go(where, 0, still), ...go(where, v, Math.ceil((560 - where) / v))],
      passes: 1,
    };
  });

/** Passes and comes back, perhaps again and again. */
const returns = fc.tuple(speed, fc.integer({ min: 1, max: 3 })).map(([v, times]): Motion => {
  const there = approach(460, v);
  const back = [...there].reverse().filter((x) => x > 180);
  return {
    xs: [...there, ...Array.from({ length: times }, () => [...back, ...back.toReversed()]).flat()],
    passes: 1,
  };
});

/** Turns back before it has reached the band. */
const turns = fc.tuple(speed, fc.integer({ min: 160, max: 295 })).map(([v, where]): Motion => {
  const there = approach(where, v);
  return { xs: [...there, ...there.toReversed()], passes: 0 };
});

/** How a tracker sees it: noise, and ids that end for a gap of frames. */
interface Sight {
  /** -1 to 1, by frame, over and over. */
  readonly noise: readonly number[];
  readonly jitter: number;
  /** After so many frames the id changes, with so many frames unseen. */
  readonly switches: readonly { readonly after: number; readonly gap: number }[];
  readonly side: number;
}

const sight: fc.Arbitrary<Sight> = fc.record({
  noise: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 40 }),
  jitter: fc.integer({ min: 0, max: 6 }),
  switches: fc.array(
    fc.record({ after: fc.integer({ min: 12, max: 80 }), gap: fc.integer({ min: 0, max: 10 }) }),
    { maxLength: 4 },
  ),
  side: fc.integer({ min: 44, max: 80 }),
});

/** Detections by frame. Ids are taken from `next`. */
function seen(
  motion: Motion,
  sight: Sight,
  y: number,
  next: () => number,
): (Detection | undefined)[] {
  const { noise, jitter, switches, side } = sight;
  let id = next();
  let [used, hidden, switched] = [0, 0, 0];
  return motion.xs.map((x, i) => {
    const change = switches[switched];
    if (change && used++ >= change.after) {
      [used, hidden, id] = [0, change.gap, next()];
      switched++;
    }
    // A thing is in view when it begins and ends: else nobody could say what it did.
    if (hidden-- > 0 && i < motion.xs.length - 1) return undefined;
    const dx = noise[i % noise.length]! * jitter;
    const dy = noise[(i * 7 + 3) % noise.length]! * jitter;
    return at(id, x + dx, y + dy, { side });
  });
}

/** Plays parts together; each begins `delay` frames after the first. */
function counted(
  parts: readonly { motion: Motion; sight: Sight; y: number; delay: number }[],
  more: Partial<CounterOptions> = {},
): number {
  let id = 0;
  const all = parts.map(({ motion, sight, y, delay }) => [
    ...Array.from<undefined>({ length: delay }),
    ...seen(motion, sight, y, () => ++id),
  ]);
  const length = Math.max(...all.map((one) => one.length)) + 40;
  const frames = Array.from(
    { length },
    (_, i) => all.flatMap((one) => one[i] ? [one[i]!] : []),
  );
  return play(counterAt(more), frames).length;
}

Deno.test("property: a part that passes is counted once, whatever it does and however it is seen", () => {
  fc.assert(
    fc.property(fc.oneof(through, stops, returns, turns), sight, (motion, sight) => {
      assert.equal(
        counted([{ motion, sight, y: 240, delay: 0 }], { direction: "forward" }),
        motion.passes,
      );
    }),
    { numRuns: 2000 },
  );
});

Deno.test("property: jitter on the line is no passage until the part has gone on", () => {
  const jitters = fc.tuple(
    speed,
    fc.array(fc.double({ min: -band, max: band, noNaN: true }), { minLength: 1, maxLength: 120 }),
    fc.boolean(),
  );
  const still: Sight = { noise: [0], jitter: 0, switches: [], side: 50 };
  fc.assert(
    fc.property(jitters, ([v, on, goes]) => {
      const there = approach(line, v);
      const xs = [
        ...there,
        ...on.map((dx) => line + dx),
        ...(goes ? go(line, v, 40) : there.toReversed()),
      ];
      const motion: Motion = { xs, passes: goes ? 1 : 0 };
      assert.equal(counted([{ motion, sight: still, y: 240, delay: 0 }]), motion.passes);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("property: two parts side by side are two", () => {
  const both = fc.tuple(fc.oneof(through, stops, turns), fc.oneof(through, returns), sight, sight);
  fc.assert(
    fc.property(both, fc.nat(60), ([a, b, seenA, seenB], delay) => {
      const parts = [
        { motion: a, sight: seenA, y: 150, delay: 0 },
        { motion: b, sight: seenB, y: 330, delay },
      ];
      assert.equal(counted(parts, { direction: "forward" }), a.passes + b.passes);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("property: parts that follow each other in one lane are all counted", () => {
  const queue = fc.tuple(
    speed,
    fc.array(sight, { minLength: 2, maxLength: 6 }),
    // Centres are this many times the larger box apart: a narrow gap to a wide one.
    fc.double({ min: 1.3, max: 3, noNaN: true }),
  );
  fc.assert(
    fc.property(queue, ([v, sights, apart]) => {
      const motion: Motion = { xs: approach(560, v), passes: 1 };
      const delay = Math.ceil(apart * 80 / v);
      const parts = sights.map((sight, i) => ({ motion, sight, y: 240, delay: i * delay }));
      assert.equal(counted(parts), sights.length);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("property: what vanishes in a zone is counted once, and so is what passes it", () => {
  const shape = {
    kind: "zone",
    points: [[250, 100], [450, 100], [450, 380], [250, 380]],
    band,
  } as const;
  const vanishing = fc.tuple(speed, fc.integer({ min: 270, max: 430 }))
    .map(([v, where]): Motion => ({ xs: approach(where, v), passes: 1 }));
  fc.assert(
    fc.property(
      fc.oneof(vanishing, through, stops),
      sight,
      fc.constantFrom("enter" as const, "leave" as const),
      (motion, sight, on) => {
        assert.equal(counted([{ motion, sight, y: 240, delay: 0 }], { shape, on }), 1);
      },
    ),
    { numRuns: 1000 },
  );
});
