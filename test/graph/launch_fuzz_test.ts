import fc from "fast-check";
import { parseLaunch } from "../../src/graph/launch.ts";
import { context, declarations } from "./fixture.ts";
import { hold } from "./hold.ts";

/** Inputs in all, over the properties of this file. */
const inputs = 40_000;

const line = "file location=clip.mp4 name=clip ! letterbox size=640 ! infer model=m.onnx " +
  "! nms keep=[1, cat] ! track name=t queue.size=4 ! overlay t. ! events file=-";

const words = [
  ..."!\"'\\= .[]{},:$\n\t".split(""),
  " ! ",
  " t. ! ",
  "t.",
  "name=",
  "from=t ",
  "from=x ",
  "queue.size=",
  "queue=",
  "a.b.c=1 ",
  "..=1",
  "[1, 2]",
  "{a: b}",
  "[*a]",
  "${env:X}",
  "${env:XY}",
  "${file:a}",
  "${",
  "\ue000",
  "\ud800",
  "é",
  ...declarations.map(({ name }) => name),
  ...declarations.map(({ name }) => ` ! ${name} `),
];

const pieces = fc.array(fc.constantFrom(...words), { maxLength: 24 }).map((list) => list.join(""));
const spoilt = fc.array(
  fc.tuple(fc.nat(line.length), fc.nat(12), fc.oneof(pieces, fc.constantFrom(...words))),
  { minLength: 1, maxLength: 3 },
).map((edits) =>
  edits.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), line)
);

const env = (name: string) => name.length % 2 ? undefined : `secret-of-${name}`;
const parse = (text: string) => parseLaunch(text, { ...context, file: "launch", env });

Deno.test("a right line, spoilt anywhere, gets a plan or positions in it", () => {
  fc.assert(fc.property(spoilt, (text) => hold(parse(text))), { numRuns: inputs / 2 });
});

Deno.test("a line's own marks in any order get positions in it", () => {
  fc.assert(fc.property(pieces, (text) => hold(parse(text))), { numRuns: inputs / 4 });
});

Deno.test("any line at all gets positions in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => hold(parse(text))),
    { numRuns: inputs / 4 },
  );
});
