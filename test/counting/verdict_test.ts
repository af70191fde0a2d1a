import assert from "node:assert/strict";
import { defectOf, kindOf, matcher } from "../../src/counting/mod.ts";
import { Votes } from "../../src/counting/votes.ts";
import { at, counterAt, frame, play, steps } from "./scene.ts";

const rules = { rejects: matcher(["*:*"]), share: 0.5 };
const right = steps(200, 440, 6);

Deno.test("patterns: a star is any text, all else is itself", () => {
  assert.ok(matcher(["*:*"])("washer:scratch"));
  assert.ok(!matcher(["*:*"])("washer"));
  assert.ok(matcher(["a.b", "nut:*"])("nut:chip"));
  assert.ok(!matcher(["a.b"])("axb") && !matcher(["nut"])("nuts") && !matcher([])(""));
  assert.deepEqual(["a:b:c", "a", ""].map(kindOf), ["a", "a", ""]);
  assert.deepEqual(["a:b:c", "broken"].map(defectOf), ["b:c", "broken"]);
});

Deno.test("votes weigh by score: kind, defect and class are each voted on", () => {
  const votes = new Votes();
  for (const [name, score] of [["nut:chip", 0.9], ["nut", 0.5], ["cap:chip", 0.3]] as const) {
    votes.add(name, score, score);
  }
  votes.add("nut:scratch", 1, 1);
  const verdict = votes.judge(rules);
  assert.deepEqual({ ...verdict, share: 0 }, {
    class: "nut:scratch",
    part: "nut",
    verdict: "rejected",
    defect: "chip",
    score: 1,
    share: 0,
  });
  assert.ok(Math.abs(verdict.share - 2.2 / 2.7) < 1e-12);
});

Deno.test("a class that flickers is outvoted, by the share that is asked for", () => {
  const flicker = (share: number) =>
    play(
      counterAt({ rules: { ...rules, share } }),
      right.map((x, i) => [at(1, x, 240, { class: i % 5 === 0 ? "washer:scratch" : "washer" })]),
    )[0]!;
  assert.deepEqual([flicker(0.5).verdict, flicker(0.5).class], ["good", "washer"]);
  assert.deepEqual([flicker(0.15).verdict, flicker(0.15).defect], ["rejected", "scratch"]);
});

Deno.test("a part cut by the picture's border has a tenth of a vote", () => {
  const xs = steps(12, 440, 12);
  const crossing = play(
    counterAt({ rules }),
    // A box of 40 pixels touches the border up to x = 20.
    xs.map((x) => [at(1, x, 240, { class: x < 21 ? "washer:chip" : "washer" })]),
  )[0]!;
  const whole = xs.filter((x) => x < 330 && x >= 21).length;
  assert.ok(Math.abs(crossing.share - whole / (whole + 0.1)) < 0.02, `${crossing.share}`);
});

Deno.test("a flaw with a box of its own belongs to the smallest part that holds its centre", () => {
  const flaw = (x: number) => at(undefined, x, 240, { class: "scratch", score: 0.6, side: 6 });
  const counter = counterAt({
    rules: { ...rules, rejects: () => false },
    flaws: matcher(["scratch"]),
  });
  const crossings = play(
    counter,
    right.map((x) => [
      at(1, x, 240, { side: 200, class: "tray" }),
      at(2, x - 10, 240),
      at(3, x + 40, 240),
      flaw(x - 4),
      flaw(620),
    ]),
  );
  assert.deepEqual(
    crossings.map(({ track, verdict, defect, part }) => [track, verdict, defect, part]).sort(),
    [[1, "good", undefined, "tray"], [2, "rejected", "scratch", "washer"], [
      3,
      "good",
      undefined,
      "washer",
    ]],
  );
  assert.deepEqual(counter.totals, {
    seen: 3,
    good: 2,
    rejected: 1,
    classes: { washer: 1, tray: 1, "washer:scratch": 1 },
    defects: { scratch: 1 },
  });
});

Deno.test("a flaw that has a track is no part", () => {
  const counter = counterAt({ rules, flaws: matcher(["scratch"]) });
  const crossings = play(
    counter,
    right.map((x) => [at(1, x), at(9, x, 240, { class: "scratch", side: 6 })]),
  );
  assert.deepEqual(crossings.map(({ track, verdict }) => [track, verdict]), [[1, "rejected"]]);
});

Deno.test("only the classes asked for are counted, by the votes", () => {
  const counter = counterAt({ counts: matcher(["washer*"]) });
  const crossings = play(
    counter,
    right.map((x, i) => [
      at(1, x, 200, { class: i === 21 ? "person" : "washer" }),
      at(2, x, 300, { class: i === 21 ? "washer" : "person" }),
    ]),
  );
  assert.deepEqual(crossings.map(({ track }) => track), [1]);
});

Deno.test("things in view carry the verdict so far, then the one they were counted with", () => {
  const counter = counterAt({ rules });
  const views = right.map((x, i) => {
    const name = i < 3 || x > 330 ? "washer:chip" : "washer";
    const counted = counter.update(frame(i, [at(1, x, 240, { class: name })]));
    const { verdict, counted: done } = counted.things.get(1)!;
    return `${verdict} ${done}`;
  });
  assert.equal(views[0], "rejected false");
  assert.equal(views[15], "good false");
  assert.equal(views.at(-1), "good true", "later votes do not change what was counted");
});

Deno.test("a class may have any name", () => {
  const counter = counterAt();
  play(counter, right.map((x) => [at(1, x, 240, { class: "__proto__" })]));
  assert.deepEqual(Object.entries(counter.totals.classes), [["__proto__", 1]]);
});
