import assert from "node:assert/strict";
import { good, lines, parse } from "./fixture.ts";

/** Each: what is spoilt, into what, and all that is said of it. */
const mistakes: Record<string, [from: string | RegExp, to: string, ...told: string[]]> = {
  "a tab that indents": [
    "  clip:",
    "\tclip:",
    "3:1 error: a tab indents this line: YAML wants spaces",
  ],
  "a tab that indents an item": [
    "  - track",
    "\t- track",
    "10:1 error: a tab indents this line: YAML wants spaces",
  ],
  "a duplicate key": [
    "{ score: 0.25 }",
    "{ score: 0.25, iou: 0.5, score: 0.3 }",
    "9:35 error: key `score` is given twice, first at 9:12",
  ],
  "a duplicate camera": [
    "  clip: { file: clip.mp4 }",
    "  clip: { file: clip.mp4 }\n  clip: { file: b.mp4 }",
    "4:3 error: key `clip` is given twice, first at 3:3",
  ],
  "an option under two names": [
    "file: clip.mp4",
    "file: clip.mp4, path: x",
    "3:27 error: option `location` of `file` is given twice, first at 3:17",
  ],
  "an open quote": [
    "clip.mp4",
    '"clip.mp4',
    '3:28 error: expected the " that closes the text before',
  ],
  "an open brace": [
    "{ score: 0.25 }",
    "{ score: 0.25",
    "10:3 error: expected the `}` that closes what stands before",
  ],
  "a wrong indentation": [
    "    overlay",
    "   overlay",
    "12:1 error: the indentation of this line fits neither the list nor an item of it",
  ],
  "a tag": ["0.25", "!foo 0.25", "9:19 error: tags (`!…`) have no meaning in a pipeline"],
  "a second document": [
    /$/,
    "---\nversion: 1\n",
    "15:1 error: a second document starts here: a pipeline is one document",
  ],
  "an alias to nothing": [
    "0.25",
    "*nope",
    "9:19 error: alias `*nope` refers to no anchor before it",
  ],
  "an alias to itself": [
    "{ score: 0.25 }",
    "&x { keep: [*x] }",
    "9:22 error: alias `*x` stands inside what it refers to",
  ],
  "no version": ["version: 1\n", "", "1:1 error: `version: 1` is missing"],
  "another version": [
    "version: 1",
    "version: 2",
    "1:10 error: `version` must be 1, found 2: this program reads version 1 only",
  ],
  "an unknown section": [
    "engines:",
    "engine:",
    "4:1 error: unknown key `engine`: did you mean `engines`?",
    "8:12 error: there is no engine `detector`: name it under `engines`, or give a `model`",
  ],
  "an unknown source": [
    "file: clip",
    "fil: clip",
    "3:11 error: unknown source `fil`: did you mean `file`?",
  ],
  "two sources": [
    "file: clip.mp4",
    "file: clip.mp4, images: x",
    "3:27 error: camera `clip` names two sources, `file` and `images`: expected one",
  ],
  "an element as a source": [
    "{ file: clip.mp4 }",
    "{ track: 1 }",
    "3:11 error: `track` is an element, not a source: expected `file` or `images`",
  ],
  "a bad camera name": [
    "clip:",
    "my clip:",
    "3:3 error: `my clip` cannot name a camera: expected letters, digits, `_` and `-`",
  ],
  "an unknown element": [
    "- track\n",
    "- track\n  - trakc\n",
    "11:5 error: unknown element `trakc`: did you mean `track`?",
  ],
  "a source as an element": [
    "- track\n",
    "- track\n  - file: a.mp4\n",
    "11:5 error: `file` is a source: it belongs under `cameras`",
  ],
  "an unknown option": [
    "score",
    "scor",
    "9:12 error: `nms` has no option `scor`: did you mean `score`?",
  ],
  "an option beside its element": [
    "- track",
    "- track:\n    buffer: 3",
    "11:5 error: `buffer` is an option of `track`: write `track: { buffer: … }`",
  ],
  "two elements in one item": [
    "    overlay",
    "    nms:\n    overlay",
    "13:5 error: one item names two elements, `nms` and `overlay`: each needs an item of its own, " +
    "with a `-` before it",
  ],
  "a wrong type": [
    "score: 0.25",
    "score: high",
    '9:19 error: `score` of `nms` must be a number, found text "high"',
  ],
  "a number for text": [
    "clip.mp4",
    "7",
    "3:17 error: `location` of `file` must be text, found 7: put it in quotes",
  ],
  "out of range": [
    "score: 0.25",
    "score: 1.5",
    "9:19 error: `score` of `nms` must be at most 1, found 1.5",
  ],
  "a wrong choice": [
    "model: m.onnx",
    "model: m.onnx, precision: in8",
    "5:41 error: `precision` of engine `detector` must be one of `auto`, `fp32`, `bf16`, `fp16` or " +
    '`int8`, found text "in8": did you mean `int8`?',
  ],
  "a size that is none": [
    "size: 640",
    "size: big",
    "7:24 error: `size` of `letterbox` must be a size in pixels such as 640 or 640x384, " +
    'found text "big"',
  ],
  "a duration that is none": [
    "model: m.onnx",
    "model: m.onnx, maxDelay: 8 minutes",
    "5:40 error: `maxDelay` of engine `detector` must be a duration such as 8ms, 1.5s or 2m, " +
    'found text "8 minutes"',
  ],
  "a wrong value deep down": [
    "labels: true",
    "colors: { bottle: 3 }",
    "12:34 error: `colors.bottle` of `overlay` must be text, found 3: put it in quotes",
  ],
  "a required option": [
    "{ model: m.onnx }",
    "{ batch: 2 }",
    "5:3 error: engine `detector` needs `model` (Path of the model, an ONNX file)",
  ],
  "two elements with one id": [
    "- track",
    "- { id: view, null: }\n  - track",
    "12:9 error: two elements have the id `view`, the first at 10:11",
  ],
  "a dangling from": [
    "from: track",
    "from: vieww",
    "13:11 error: there is no element `vieww`: did you mean `view`?",
  ],
  "from a camera": [
    "from: track",
    "from: clip",
    "13:11 error: `clip` is a camera: `from` takes an element's id, or `cameras` for them all",
  ],
  "from one of two": [
    "- track",
    "- track\n  - track",
    "14:11 error: `track` could be any of 2 elements: give the one an `id`, or name `track-2`",
  ],
  "an element that feeds itself": [
    "id: view",
    "id: view\n    from: view",
    "12:11 error: `view` feeds itself",
  ],
  "a cycle": [
    "- track",
    "- track:\n    from: view",
    "11:11 error: the elements form a cycle: `track` → `view` → `track`",
  ],
  "a missing element between": [
    / {2}- infer: detector\n.*\n/,
    "",
    "8:5 error: `track` takes detections (boxes with class and score, in source pixels), but " +
    "`letterbox` gives tensor (a picture scaled into a model's input): `infer` and `nms` belong between",
  ],
  "detections asked of a camera": [
    / {2}- letterbox[^]*nms.*\n/,
    "",
    "7:5 error: `track` takes detections (boxes with class and score, in source pixels), but " +
    "a camera gives image (a picture): `letterbox`, `infer` and `nms` belong between",
  ],
  "a tensor for two": [
    "- from: track",
    "- { from: letterbox, infer: { model: b } }\n  - nms\n  - from: track",
    "13:13 error: `letterbox` already feeds `infer`: what it gives (tensor) stays in the native " +
    "library and goes to one element; branch before it, or after `nms`",
  ],
  "an unknown engine": [
    "infer: detector",
    "infer: detectr",
    "8:12 error: there is no engine `detectr`: did you mean `detector`?",
  ],
  "an engine and a model": [
    "infer: detector",
    "infer: { engine: detector, model: x }",
    "8:32 error: `engine` and `model` cannot both be given: the engine has its model",
  ],
  "a queue of none": [
    "id: view",
    "id: view\n    queue: 0",
    "12:12 error: `size` of `queue` must be at least 1, found 0",
  ],
  "a queue policy that is none": [
    "id: view",
    "id: view\n    queue: latst",
    "12:12 error: `policy` of `queue` must be one of `block`, `drop-oldest`, `drop-newest` or " +
    '`latest`, found text "latst": did you mean `latest`?',
  ],
  "latest of three": [
    "id: view",
    "id: view\n    queue: { policy: latest, size: 3 }",
    "12:36 error: `latest` keeps one packet: `size` must be 1 or left out, found 3",
  ],
  "a timeout that is none": [
    "id: view",
    "id: view\n    timeout: soon",
    '12:14 error: `timeout` of this item must be a duration such as 8ms, 1.5s or 2m, found text "soon"',
  ],
  "an unset variable": [
    "clip.mp4",
    "a/${env:NOPE}/b",
    "3:19 error: environment variable `NOPE` is not set: set it, or write ${env:NOPE:-default}",
  ],
  "a file that is not there": [
    "clip.mp4",
    "${file:/run/x}",
    "3:17 error: `/run/x` cannot be read: no such file",
  ],
  "an unknown placeholder": [
    "clip.mp4",
    "${nev:X}",
    "3:17 error: `${nev:X}`: expected ${env:NAME}, ${env:NAME:-default} or ${file:PATH}; " +
    "$${ stands for a plain ${",
  ],
  "a nested placeholder": [
    "clip.mp4",
    "${env:A:-${env:B}}",
    "3:17 error: `${env:A:-${env:B}}`: a ${…} cannot stand inside another",
  ],
  "an open placeholder": [
    "{ file: clip.mp4 }",
    "\n    file: ${env:X",
    "4:11 error: a `${` has no `}` on its line: write `$${…}` for a plain one",
  ],
};

for (const [name, [from, to, ...told]] of Object.entries(mistakes)) {
  Deno.test(`check tells of ${name}`, () => {
    const text = good.replace(from, () => to);
    assert.notEqual(text, good);
    const result = parse(text);
    assert.deepEqual(lines(result), told);
    assert.equal(result.plan, undefined);
  });
}

Deno.test("an element of several engines must say which", () => {
  const text = good.replace("infer: detector", "infer").replace(
    "engines:",
    "engines:\n  o: o.onnx",
  );
  assert.deepEqual(lines(parse(text)), [
    "9:5 error: `infer` needs an `engine`: one of `o` or `detector`",
  ]);
});

Deno.test("an engine nobody uses is worth a warning", () => {
  const { plan, ...result } = parse(good.replace("engines:", "engines:\n  o: o.onnx"));
  assert.deepEqual(lines(result), ["5:3 warning: engine `o` is used by no element"]);
  assert.ok(plan);
});

Deno.test("a YAML bomb is refused at once", () => {
  let bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (let level = 1; level < 20; level++) {
    bomb += `a${level}: &a${level} [${Array(9).fill(`*a${level - 1}`).join(", ")}]\n`;
  }
  const [line] = lines(parse(bomb));
  assert.match(line!, /error: aliases unfold to more than 20000 values: refused, as a YAML bomb/);
});

Deno.test("depth and size are bounded", () => {
  for (const text of ["[".repeat(1e5), "{a: ".repeat(5e4), "- ".repeat(5e4), "? ".repeat(5e4)]) {
    const told = lines(parse(text));
    assert.equal(told.length, 1);
    assert.match(
      told[0]!,
      /^1:\d+ error: values are nested too deeply: expected at most 64 levels/,
    );
  }
  assert.deepEqual(lines(parse("#".repeat(300_000))), [
    "1:1 error: the file has 300000 characters: expected at most 262144",
  ]);
});

Deno.test("text that is no pipeline is told so", () => {
  const empty = "1:1 error: the pipeline is empty: expected `version: 1`, `cameras` and `elements`";
  for (const text of ["", "\n", "# x\n", "null"]) assert.deepEqual(lines(parse(text)), [empty]);
  assert.deepEqual(lines(parse("- 1")), [
    "1:1 error: expected a mapping with `version`, `cameras` and `elements`, found a list",
  ]);
  assert.equal(lines(parse("\u0000\u0001PNG\r\n\x1a")).length > 0, true);
});

Deno.test("line ends and marks at the start do not move positions", () => {
  const spoilt = good.replace("score", "scor");
  const told = ["9:12 error: `nms` has no option `scor`: did you mean `score`?"];
  assert.deepEqual(lines(parse(spoilt.replaceAll("\n", "\r\n"))), told);
  assert.deepEqual(lines(parse(`\ufeff${spoilt}`)), told);
});

Deno.test("what comes from outside is not shown, even where it is wrong", () => {
  const told = (from: string, to: string, value: string) =>
    lines(parse(good.replace(from, to), { env: () => value, readFile: () => value })).join("\n");
  assert.match(told("0.25", "${env:S}", "hush"), /^9:19 .*must be a number, found •••$/);
  assert.match(told("0.25", "${file:S}", "7\n"), /^9:19 .*must be at most 1, found •••$/);
  const secret = told("events/{camera}", "${env:S}", "hush{x}");
  assert.equal(secret, "14:21 error: `file` of `events` is not as expected; its value is hidden");
  assert.doesNotMatch(told("track\n", "${env:S}\n", "hush-hush"), /hush/);
  assert.doesNotMatch(told("infer: detector", "infer: ${env:S}", "hush-hush"), /hush/);
  assert.doesNotMatch(told("from: track", "from: ${env:S}", "hush"), /hush/);
  assert.doesNotMatch(told("id: view", "id: ${env:S}", "hush hush"), /hush/);
});
