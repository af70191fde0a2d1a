import fc from "fast-check";
import { parsePipeline } from "../../src/graph/parse.ts";
import { context, declarations, good } from "./fixture.ts";
import { hold } from "./hold.ts";

/** Inputs in all, over the properties of this file. */
const inputs = 60_000;

const env = (name: string) => name.length % 2 ? undefined : `secret-of-${name}`;
const readFile = (path: string) => {
  if (path.length % 2) throw new Error("no such file");
  return `secret-in-${path}\n`;
};

const words = [
  ..."[]{},:-?&*!|>'\"%@`#\\ \n\t".split(""),
  "\n  ",
  "\n    ",
  "\n  - ",
  ": ",
  "- ",
  "&a ",
  "*a",
  "<<: ",
  "---\n",
  "${env:X}",
  "${env:XY}",
  "${env:X:-1}",
  "${file:ab}",
  "${",
  "$${x}",
  "version: 1\n",
  "cameras:\n",
  "engines:\n",
  "elements:\n",
  "use: ",
  "id: ",
  "from: ",
  "queue: ",
  "timeout: ",
  "model: ",
  "null",
  "true",
  "640x384",
  "8ms",
  "1e999",
  ".nan",
  "0x1f",
  "\r\n",
  "\ufeff",
  "\ue000",
  "\ud800",
  "é",
  ...declarations.map(({ name }) => name),
];

const pieces = fc.array(fc.constantFrom(...words), { maxLength: 24 }).map((list) => list.join(""));
const sets = fc.array(
  fc.oneof(
    pieces,
    fc.tuple(
      fc.constantFrom("cameras.clip.", "engines.detector.", "elements.view.", "elements.events."),
      fc.constantFrom(
        "file",
        "loop",
        "images",
        "queue.size",
        "timeout",
        "labels",
        "model",
        "x",
        "",
      ),
      pieces,
    ).map(([path, key, value]) => `${path}${key}=${value}`),
  ),
  { maxLength: 2 },
);

/** A right pipeline with a few spans replaced. */
const spoilt = fc.array(
  fc.tuple(fc.nat(good.length), fc.nat(12), fc.oneof(pieces, fc.constantFrom(...words))),
  { minLength: 1, maxLength: 3 },
).map((edits) =>
  edits.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), good)
);

const parse = (text: string, sets: string[] = []) =>
  parsePipeline(text, { ...context, env, readFile, sets });

Deno.test("a right pipeline, spoilt anywhere, gets a plan or positions in its text", () => {
  fc.assert(
    fc.property(spoilt, (text) => hold(parse(text))),
    { numRuns: inputs / 4 },
  );
});

Deno.test("YAML's own marks in any order get positions in their text", () => {
  fc.assert(fc.property(pieces, (text) => hold(parse(text))), { numRuns: inputs / 2 });
});

Deno.test("any text at all gets positions in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => hold(parse(text))),
    { numRuns: inputs / 8 },
  );
});

Deno.test("any settings on a right pipeline get a plan or positions in them", () => {
  fc.assert(
    fc.property(sets, (sets) => hold(parse(good, sets))),
    { numRuns: inputs / 8 },
  );
});
