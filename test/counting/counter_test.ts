import assert from "node:assert/strict";
import { at, counterAt, frame, moving, play, steps } from "./scene.ts";

const right = steps(200, 440, 6);
const left = [...right].reverse();

Deno.test("a thing that passes the line is counted once, where and when it is clear of it", () => {
  const counter = counterAt();
  const counted = right.map((x, i) => counter.update(frame(i, [at(1, x)])));
  const crossings = counted.flatMap(({ crossings }) => crossings);
  assert.equal(crossings.length, 1);
  const [{ track, direction, at: where, frame: number, verdict }] = crossings as [
    typeof crossings[0],
  ];
  assert.deepEqual([track, direction, where, verdict], [1, "forward", [320, 240], "good"]);
  assert.ok(right[number]! > 328 && right[number - 1]! <= 328, "8 pixels past the line");
  assert.equal(counted.at(-1)!.totals.seen, 1);
  assert.equal(counted[0]!.totals.seen, 0, "what was given before does not change");
  assert.deepEqual(counter.finish(), []);
});

Deno.test("the direction says which way counts; the other is told as a figure", () => {
  for (
    const [direction, way, expected] of [
      ["forward", right, 1],
      ["forward", left, 0],
      ["backward", right, 0],
      ["backward", left, 1],
      ["any", left, 1],
    ] as const
  ) {
    const counter = counterAt({ direction });
    assert.equal(play(counter, moving(1, way)).length, expected, `${direction}`);
    assert.equal(counter.statistics.against, 1 - expected);
  }
});

Deno.test("a line has ends: what goes round them does not pass it", () => {
  const shape = { kind: "line", points: [[320, 200], [320, 100]], band: 8 } as const;
  const along = (y: number) => right.map((x) => [at(1, x, y)]);
  assert.equal(play(counterAt({ shape }), along(150)).length, 1);
  assert.equal(play(counterAt({ shape }), along(240)).length, 0);
  const counter = counterAt({ shape });
  play(counter, [...along(240), ...left.map((x) => [at(1, x, 150)])]);
  assert.equal(counter.totals.seen, 1, "it went round and came back through");
});

Deno.test("fractions are of the picture, pixels beyond it are refused", () => {
  const shape = { kind: "line", points: [[0.5, 1], [0.5, 0]], band: 0.02 } as const;
  assert.equal(play(counterAt({ shape }), moving(1, right)).length, 1);
  const outside = { ...shape, points: [[0.5, 700], [0.5, 0]] } as const;
  assert.throws(
    () => play(counterAt({ shape: outside }), moving(1, right)),
    /line: \[0\.5, 700\] is outside the picture of 640x480 pixels/,
  );
});

Deno.test("another point of the box may be what must pass", () => {
  const far = (anchor: "center" | "left" | "right") => {
    const counter = counterAt({ anchor });
    const [crossing] = play(counter, moving(1, right));
    return crossing!.frame;
  };
  assert.ok(far("right") < far("center") && far("center") < far("left"));
});

Deno.test("what is first seen beyond the line is not counted, even if it nears it", () => {
  assert.equal(play(counterAt(), moving(1, steps(340, 560, 6))).length, 0);
  assert.equal(play(counterAt(), moving(1, [340, 330, 326, 330, 340, 350])).length, 0);
});

Deno.test("what noses over the line and goes back is not counted", () => {
  const counter = counterAt();
  assert.equal(play(counter, moving(1, [300, 315, 324, 327, 315, 300])).length, 0);
});

Deno.test("coming back is a figure, and passing again no second count", () => {
  const counter = counterAt();
  assert.equal(play(counter, moving(1, [...right, ...left, ...right])).length, 1);
  assert.equal(counter.statistics.returned, 1);
});

Deno.test("a track that vanishes and its heir across the line are one thing", () => {
  const counter = counterAt();
  const before = moving(1, steps(200, 314, 6));
  const gap = Array.from({ length: 5 }, () => []);
  const after = moving(2, steps(350, 440, 6));
  const crossings = play(counter, [...before, ...gap, ...after]);
  assert.deepEqual(crossings.map(({ track }) => track), [2]);
  assert.equal(counter.statistics.handedOver, 1);
});

Deno.test("an heir must be near, of a like size, and in time", () => {
  const before = moving(1, steps(200, 314, 6));
  const gap = (frames: number) => Array.from({ length: frames }, () => []);
  const counted = (frames: number, ...after: ReturnType<typeof at>[][]) =>
    play(counterAt(), [...before, ...gap(frames), ...after]).length;
  const on = (more: Parameters<typeof at>[3], y = 240) =>
    steps(350, 440, 6).map((x) => [at(2, x, y, more)]);
  assert.equal(counted(5, ...on({})), 1);
  assert.equal(counted(5, ...on({}, 320)), 0, "in another lane");
  assert.equal(counted(5, ...on({ side: 80 })), 0, "four times as large");
  assert.equal(counted(40, ...on({})), 0, "after 1.6 s");
});

Deno.test("a thing lost as the belt starts is found where the belt has carried the others", () => {
  const still = Array.from({ length: 20 }, () => 0);
  const run = [...still, ...steps(8, 240, 8)];
  const frames = (others: boolean) =>
    run.map((way, i) => {
      const thing = i < 20 ? [at(1, 290 + way)] : i < 32 ? [] : [at(3, 290 + way)];
      return others ? [...thing, at(2, 80 + way, 400)] : thing;
    });
  assert.equal(play(counterAt(), frames(true)).length, 1);
  assert.equal(play(counterAt(), frames(false)).length, 0, "nothing tells that the belt runs");
});

Deno.test("what vanishes past the line is counted once its time is up", () => {
  const counter = counterAt();
  const there = moving(1, steps(200, 326, 6));
  const crossings = play(counter, [...there, ...Array.from({ length: 40 }, () => [])]);
  assert.deepEqual(crossings.map(({ vanished, frame }) => [vanished, frame]), [[true, 21]]);
  assert.equal(play(counterAt(), moving(1, steps(200, 326, 6))).length, 0, "still in view");
});

Deno.test("a thing that its tracker finds again after a long time is the same", () => {
  const counter = counterAt();
  const gap = Array.from({ length: 100 }, () => []);
  const rest = [...moving(1, [340, 350]), ...moving(1, left), ...moving(1, right)];
  assert.equal(play(counter, [...moving(1, right), ...gap, ...rest]).length, 1);
});

Deno.test("a camera that begins anew brings other things under the same ids", () => {
  const counter = counterAt();
  for (let pass = 0; pass < 3; pass++) {
    right.forEach((x, i) => counter.update(frame(i, [at(1, x)])));
  }
  assert.equal(counter.totals.seen, 3);
});

const zone = {
  kind: "zone",
  points: [[200, 100], [440, 100], [440, 380], [200, 380]],
  band: 8,
} as const;

Deno.test("a zone counts what enters, or what leaves", () => {
  const through = moving(1, steps(100, 540, 6));
  for (const [on, x] of [["enter", 200], ["leave", 440]] as const) {
    const counter = counterAt({ shape: zone, on });
    const [crossing, ...more] = play(counter, through);
    assert.deepEqual(more, []);
    assert.ok(crossing!.at[0] > x && crossing!.at[0] <= x + 6, `${on} at ${crossing!.at[0]}`);
    assert.equal(crossing!.frame, steps(100, x + 8, 6).length, `${on}: clear of the band`);
    assert.equal(crossing!.direction, undefined);
  }
});

Deno.test("a zone counts what appears or vanishes in it", () => {
  const inside = [...moving(1, steps(250, 350, 6)), ...Array.from({ length: 40 }, () => [])];
  for (const on of ["enter", "leave"] as const) {
    assert.equal(play(counterAt({ shape: zone, on }), inside).length, 1, on);
  }
  const once = [[at(7, 300)], ...Array.from({ length: 40 }, () => [])];
  assert.equal(play(counterAt({ shape: zone }), once).length, 0, "one frame is no thing");
});

Deno.test("leaving a zone and coming back is a figure", () => {
  const counter = counterAt({ shape: zone });
  const back = steps(500, 300, 6);
  assert.equal(play(counter, moving(1, [...steps(300, 500, 6), ...back])).length, 1);
  assert.equal(counter.statistics.returned, 1);
});
