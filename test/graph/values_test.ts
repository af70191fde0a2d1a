import assert from "node:assert/strict";
import { z } from "zod";
import { duration, formatDuration, parseDuration, size } from "../../src/graph/values.ts";

Deno.test("durations become seconds", () => {
  const type = duration();
  for (
    const [text, seconds] of [["8ms", 0.008], ["1.5s", 1.5], ["2m", 120], ["1h", 3600], [0.5, 0.5]]
  ) {
    assert.ok(Math.abs(type.parse(text) - Number(seconds)) < 1e-12, String(text));
  }
  for (const wrong of ["8", "-1s", "ms", "1e3s", ".5s", null, -1]) {
    assert.equal(type.safeParse(wrong).success, false, String(wrong));
  }
  assert.throws(() => parseDuration("soon"), SyntaxError);
});

Deno.test("a duration is written as it is read", () => {
  for (const text of ["8ms", "1.5s", "2m", "90s", "250ms"]) {
    const seconds = parseDuration(text);
    assert.ok(Math.abs(parseDuration(formatDuration(seconds)) - seconds) < 1e-9, text);
  }
  assert.equal(formatDuration(0.008), "8ms");
});

Deno.test("sizes become width and height", () => {
  assert.deepEqual(size().parse(640), { width: 640, height: 640 });
  assert.deepEqual(size().parse("640x384"), { width: 640, height: 384 });
  assert.deepEqual(size().parse({ width: 640, height: 384 }), { width: 640, height: 384 });
  for (const wrong of [0, -1, 1.5, "640", "640X384", "0x1", "640x", "1x2x3", true, { width: 1 }]) {
    assert.equal(size().safeParse(wrong).success, false, JSON.stringify(wrong));
  }
});

Deno.test("both take what they gave, so defaults may be either", () => {
  const options = z.strictObject({
    delay: duration().default(0.008),
    size: size().prefault("1280x720"),
  });
  const parsed = options.parse({});
  assert.deepEqual(parsed, { delay: 0.008, size: { width: 1280, height: 720 } });
  assert.deepEqual(options.parse(parsed), parsed);
});
