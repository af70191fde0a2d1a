import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteTrack, type Detection } from "../../src/tracking/mod.ts";
import { detection, random, scene } from "./random.ts";

const ids = (detections: Detection[]) => detections.map((one) => one.track);
/** A box that moves 3 pixels a frame. */
const at = (frame: number, score = 0.9, classId = 0) =>
  detection([100 + 3 * frame, 50, 160 + 3 * frame, 200], score, classId);

Deno.test("a track is confirmed by its second frame; on the first frame at once", () => {
  const tracker = new ByteTrack();
  assert.deepEqual(ids(tracker.update([at(0)])), [1]);
  const late = (frame: number) => detection([500 + frame, 50, 560 + frame, 200]);
  assert.deepEqual(ids(tracker.update([at(1), late(1)])), [1, undefined]);
  assert.deepEqual(ids(tracker.update([late(2), at(2)])), [2, 1]);
});

Deno.test("`confirm` asks for more frames in a row, or for one", () => {
  const three = new ByteTrack({ confirm: 3 });
  three.update([]);
  assert.deepEqual([0, 1, 2].map((i) => ids(three.update([at(i)]))[0]), [undefined, undefined, 1]);
  const one = new ByteTrack({ confirm: 1 });
  one.update([]);
  assert.deepEqual(ids(one.update([at(0)])), [1]);
});

Deno.test("a detection seen once, then never, gets no id", () => {
  const tracker = new ByteTrack();
  tracker.update([]);
  assert.deepEqual(ids(tracker.update([at(0)])), [undefined]);
  assert.equal(tracker.size, 1);
  tracker.update([]);
  assert.equal(tracker.size, 0);
});

Deno.test("weak detections keep a track, and begin none", () => {
  const tracker = new ByteTrack();
  const weak = detection([600, 50, 660, 200], 0.3);
  assert.deepEqual(ids(tracker.update([at(0), weak])), [1, undefined]);
  for (let frame = 1; frame < 60; frame++) {
    assert.deepEqual(ids(tracker.update([at(frame, 0.2), weak])), [1, undefined]);
  }
  assert.deepEqual(ids(tracker.update([at(60, 0.05)])), [undefined]);
});

Deno.test("a weak detection keeps a track that has no id yet, too", () => {
  const tracker = new ByteTrack();
  tracker.update([]);
  assert.deepEqual(ids(tracker.update([at(0)])), [undefined]);
  assert.deepEqual(ids(tracker.update([at(1, 0.3)])), [1]);
});

Deno.test("with or without an id, no track takes a weak detection before a strong one", () => {
  const tracker = new ByteTrack();
  tracker.update([]);
  tracker.update([at(0)]);
  assert.deepEqual(ids(tracker.update([at(1, 0.3), at(2)])), [undefined, 1]);
});

Deno.test("boxes are assigned first and rejected then: a row that shifts at once mixes up no ids", () => {
  const tracker = new ByteTrack();
  // The shift leaves each box IoU 0.15 with its own track, and one 0.25 with its neighbour's.
  const row = (x: number) => [0, 134].map((at) => detection([at + x, 0, at + x + 100, 100], 1));
  for (let frame = 0; frame < 5; frame++) tracker.update(row(0));
  assert.deepEqual(ids(tracker.update(row(74))), [undefined, undefined]);
});

Deno.test("of two boxes, a track takes the one of its height rather than that of more IoU", () => {
  const tracker = new ByteTrack();
  for (let frame = 0; frame < 5; frame++) tracker.update([detection([0, 0, 100, 200])]);
  const aside = detection([40, 0, 140, 200]); // IoU 0.43, the same top and foot
  const short = detection([0, 100, 100, 200]); // IoU 0.5
  assert.deepEqual(ids(tracker.update([aside, short])), [1, undefined]);
});

Deno.test("a track seen in the last frame goes before a lost one that is hardly nearer", () => {
  const run = (lost: number, seen: number) => {
    const tracker = new ByteTrack();
    const box = (x: number) => detection([x, 0, x + 100, 100]);
    tracker.update([box(lost), box(seen)]);
    tracker.update([box(seen)]);
    return ids(tracker.update([box(0)]))[0];
  };
  assert.equal(run(-30, 32), 2);
  assert.equal(run(-5, 50), 1);
});

Deno.test("what can't begin a track is left to one just seen, from IoU 0.2 on", () => {
  const run = (score: number, gap: number) => {
    const tracker = new ByteTrack();
    for (let frame = 0; frame < 5; frame++) tracker.update([detection([0, 0, 100, 100])]);
    for (let frame = 1; frame < gap; frame++) tracker.update([]);
    return ids(tracker.update([detection([60, 0, 160, 100], score)]))[0]; // IoU 0.25
  };
  assert.equal(run(0.65, 1), 1);
  assert.equal(run(0.65, 2), undefined);
  assert.equal(run(0.75, 1), undefined);
  assert.equal(run(0.95, 2), 1);
});

Deno.test("scores and boxes of any size end in a result", () => {
  const tracker = new ByteTrack();
  for (let frame = 0; frame < 20; frame++) {
    const result = tracker.update(
      [1, 1e100, 1e150, 1e153].flatMap((size, i) =>
        [0.5, 1, 1.5].map((x) =>
          detection([x * size, 0, (x + 1) * size, size], i % 2 ? 1e308 : 0.9)
        )
      ),
    );
    const given = ids(result).filter((id) => id !== undefined);
    assert.equal(new Set(given).size, given.length);
  }
});

Deno.test("a lost track comes back within the buffer, also after dropped frames, and not later", () => {
  for (const [gap, expected] of [[30, 1], [31, 1], [32, undefined]] as const) {
    const dropped = new ByteTrack();
    const empty = new ByteTrack();
    for (let frame = 0; frame < 20; frame++) {
      dropped.update([at(frame)], { number: frame });
      empty.update([at(frame)], { number: frame });
    }
    for (let frame = 20; frame < 19 + gap; frame++) empty.update([], { number: frame });
    const number = 19 + gap;
    assert.deepEqual(ids(empty.update([at(number)], { number })), [expected], `gap ${gap}`);
    assert.deepEqual(ids(dropped.update([at(number)], { number })), [expected], `drops ${gap}`);
  }
});

Deno.test("the buffer is 30 frames of a 30th of a second, whatever the frame rate", () => {
  const tracker = new ByteTrack({ fps: 10 });
  tracker.update([detection([0, 0, 50, 100])]);
  for (let i = 0; i < 10; i++) tracker.update([]);
  assert.equal(tracker.size, 1);
  tracker.update([]);
  assert.equal(tracker.size, 0);
});

Deno.test("a track never changes its class, unless classes do not matter", () => {
  const strict = new ByteTrack();
  strict.update([at(0)]);
  assert.deepEqual(ids(strict.update([at(1, 0.9, 1)])), [undefined]);
  const loose = new ByteTrack({ classAware: false });
  loose.update([at(0)]);
  assert.deepEqual(ids(loose.update([at(1, 0.9, 1)])), [1]);
});

Deno.test("detections come back in order and otherwise unchanged; ids from before are taken off", () => {
  const tracker = new ByteTrack();
  const given = [at(0, 0.3), { ...at(0), track: 77 }, detection([900, 0, 950, 90], 0.2)];
  const result = tracker.update(given);
  assert.deepEqual(ids(result), [undefined, 1, undefined]);
  assert.deepEqual(result.map(({ box }) => box), given.map(({ box }) => box));
  assert.equal(given[1]!.track, 77);
});

Deno.test("boxes and scores that are no numbers are never tracked, nor do they harm", () => {
  const tracker = new ByteTrack();
  const bad = [
    detection([NaN, 0, 10, 10]),
    detection([0, 0, Infinity, 10]),
    detection([-Infinity, 0, 10, 10]),
    detection([10, 0, 10, 10]),
    detection([10, 10, 0, 0]),
    detection([0, 0, 1e300, 1e300]),
    detection([0, 0, 10, 10], NaN),
    detection([0, 0, 10, 10], Infinity),
  ];
  for (let frame = 0; frame < 50; frame++) {
    assert.deepEqual(ids(tracker.update([...bad, at(frame)])), [...bad.map(() => undefined), 1]);
  }
});

Deno.test("frame numbers must rise", () => {
  const tracker = new ByteTrack();
  tracker.update([], { number: 5 });
  assert.throws(() => tracker.update([], { number: 5 }), /frame number 5; expected .* above 5/);
  assert.throws(() => tracker.update([], { number: 6.5 }), RangeError);
  tracker.reset();
  tracker.update([], { number: 0 });
});

Deno.test("options out of range are refused by name", () => {
  for (
    const [options, message] of [
      [{ high: 1.5 }, /high is 1.5; expected 0 to 1/],
      [{ low: 0.7 }, /low is 0.7; expected at most high \(0.6\)/],
      [{ match: NaN }, /match is NaN/],
      [{ confirm: 0 }, /confirm is 0/],
      [{ buffer: -1 }, /buffer is -1/],
      [{ fps: 0 }, /fps is 0/],
    ] as const
  ) assert.throws(() => new ByteTrack(options), message);
  assert.doesNotThrow(() => new ByteTrack({ fps: undefined, start: undefined }));
});

Deno.test("any detections: ids differ within a frame, rise as they are new, and are reproducible", () => {
  const number = fc.double({ min: -50, max: 400, noNaN: false });
  const one = fc.tuple(number, number, number, number, fc.double({ min: 0, max: 1 }), fc.nat(1))
    .map(([x, y, w, h, score, classId]) =>
      detection([x, y, x + Math.abs(w), y + Math.abs(h)], score, classId)
    );
  const frames = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 40 }), fc.array(one, { maxLength: 12 })),
    {
      maxLength: 25,
    },
  );
  fc.assert(
    fc.property(frames, fc.boolean(), (frames, classAware) => {
      const trackers = [new ByteTrack({ classAware }), new ByteTrack({ classAware })] as const;
      const classes = new Map<number, number>();
      let last = 0;
      let frame = 0;
      for (const [gap, detections] of frames) {
        frame += gap;
        const result = trackers[0].update(detections, { number: frame });
        assert.deepEqual(trackers[1].update(detections, { number: frame }), result);
        assert.equal(result.length, detections.length);
        const given = result.filter((one) => one.track !== undefined);
        assert.equal(new Set(ids(given)).size, given.length, "one id on two boxes");
        for (const id of (ids(given) as number[]).sort((a, b) => a - b)) {
          if (id > last) assert.equal(id, ++last, "ids are not consecutive");
        }
        for (const { track, classId } of given) {
          if (classAware) assert.equal(classes.get(track!) ?? classId, classId);
          classes.set(track!, classId);
        }
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

Deno.test("objects that are apart keep one id each, through misses and weak frames", () => {
  const next = random(9);
  const tracker = new ByteTrack();
  const seen = Array.from({ length: 8 }, () => new Set<number>());
  for (let frame = 0; frame < 500; frame++) {
    const objects = seen.map((_, i) => {
      const x = 200 * i + 40 * Math.sin(frame / 25);
      const score = frame > 3 && next() < 0.3 ? 0.3 : 0.9;
      return detection([x, 100 + frame / 5, x + 60, 250 + frame / 5], score);
    });
    const hidden = objects.map(() => frame > 3 && next() < 0.1);
    const result = tracker.update(objects.filter((_, i) => !hidden[i]));
    let k = 0;
    for (const [i, set] of seen.entries()) {
      if (hidden[i]) continue;
      const id = result[k++]!.track;
      if (id !== undefined) set.add(id);
    }
  }
  assert.deepEqual(seen.map((set) => set.size), seen.map(() => 1));
});

Deno.test("a thousand boxes, even all in one place, are no trouble", () => {
  const tracker = new ByteTrack();
  for (const detections of scene(1000, 10, 3)) tracker.update(detections);
  assert.ok(tracker.size > 500);
  const next = random(8);
  const heap = new ByteTrack();
  const start = performance.now();
  for (let frame = 0; frame < 4; frame++) {
    heap.update(Array.from({ length: 1000 }, () => {
      const [x, y] = [next() * 40, next() * 40];
      return detection([x, y, x + 200, y + 200], 0.9);
    }));
  }
  console.log(`1000 boxes in a heap: ${((performance.now() - start) / 4).toFixed(0)} ms a frame`);
  assert.ok(heap.size >= 1000);
});
