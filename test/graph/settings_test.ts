import assert from "node:assert/strict";
import { good, lines, parse } from "./fixture.ts";

function plan(sets: string[], text = good, env?: (name: string) => string | undefined) {
  const result = parse(text, { sets, env });
  assert.deepEqual(lines(result), []);
  return result.plan!;
}

const told = (...sets: string[]) => lines(parse(good, { sets }));

Deno.test("settings reach cameras, engines and elements by name", () => {
  const { cameras, engines, nodes } = plan([
    "cameras.clip.file=b.mp4",
    "cameras.clip.loop=true",
    "engines.detector.model=n.onnx",
    "elements.nms.score=0.5",
    "elements.nms.keep=[1, person]",
    "elements.view.colors.bottle='#ff0000'",
    "elements.events.file=-",
    "elements.events.queue.policy=drop-oldest",
    "elements.events.timeout=2s",
    "elements.overlay.labels=false",
  ]);
  assert.equal(cameras[0]!.options.location, "b.mp4");
  assert.equal(cameras[0]!.options.loop, 0);
  assert.equal(engines[0]!.options.model, "n.onnx");
  const of = (id: string) => nodes.find((node) => node.id === id)!;
  assert.equal(of("nms").options.score, 0.5);
  assert.deepEqual(of("nms").options.keep, [1, "person"]);
  assert.deepEqual(of("view").options.colors, { bottle: "#ff0000" });
  assert.equal(of("view").options.labels, false);
  assert.equal(of("events").options.file, "-");
  assert.deepEqual(of("events").link, { size: 4, policy: "drop-oldest" });
  assert.equal(of("events").timeout, 2);
});

Deno.test("settings work on shorthands, bare items and other names", () => {
  const text = good.replace("letterbox: { size: 640 }", "letterbox: 640")
    .replace("- track", "- null\n  - track")
    .replace("id: view", "id: view\n    queue: 8");
  const { cameras, nodes } = plan([
    "cameras.clip.path=c.mp4",
    "elements.letterbox.upscale=false",
    "elements.track.buffer=9",
    "elements.null.timeout=1s",
    "elements.events.location=out.jsonl",
    "elements.view.queue.policy=drop-newest",
    "elements.infer.infer=detector",
  ], text);
  assert.equal(cameras[0]!.options.location, "c.mp4");
  const of = (id: string) => nodes.find((node) => node.id === id)!;
  assert.deepEqual(of("letterbox").options.size, { width: 640, height: 640 });
  assert.equal(of("letterbox").options.upscale, false);
  assert.equal(of("track").options.buffer, 9);
  assert.equal(of("null").timeout, 1);
  assert.equal(of("events").options.file, "out.jsonl");
  assert.deepEqual(of("view").link, { size: 8, policy: "drop-newest" });
});

Deno.test("a source's name replaces the source, and what the new one does not know", () => {
  const text = good.replace("{ file: clip.mp4 }", "{ file: clip.mp4, realtime: true, loop: 2 }");
  const [camera] = plan(["cameras.clip.images=samples/", "cameras.clip.fps=3"], text).cameras;
  assert.equal(camera!.source.name, "images");
  assert.equal(camera!.options.location, "samples/");
  assert.equal(camera!.options.fps, 3);
  assert.equal(camera!.options.loop, 2);
  assert.equal(
    "realtime" in camera!.options,
    "realtime" in plan([
      "cameras.clip.images=samples/",
    ]).cameras[0]!.options,
  );
});

Deno.test("a setting mends what the file has wrong", () => {
  const text = good.replace("file: clip.mp4", "fil: clip.mp4").replace("0.25", "${env:UNSET}");
  const { cameras } = plan(["cameras.clip.file=b.mp4", "elements.nms.score=0.1"], text);
  assert.equal(cameras[0]!.options.location, "b.mp4");
});

Deno.test("values are plain text unless they begin as YAML does", () => {
  for (
    const [written, value] of [
      ["a: b", "a: b"],
      ["*.mp4", "*.mp4"],
      ["-", "-"],
      ["a=b", "a=b"],
      ["'7'", "7"],
      ['"a\\tb"', "a\tb"],
      ["${env:X}.mp4", "y.mp4"],
      ["x #1", "x #1"],
    ] as const
  ) {
    const { cameras } = plan([`cameras.clip.file=${written}`], good, () => "y");
    assert.equal(cameras[0]!.options.location, value);
  }
});

Deno.test("mistakes in settings name the nearest and the place", () => {
  const cases: [string, string][] = [
    ["camera.clip.file=x", ":1:1 error: nothing to set at `camera`: did you mean `cameras`?"],
    [
      "cameras.clp.file=x",
      "cameras.clp.file:1:9 error: there is no camera `clp`: did you mean `clip`?",
    ],
    ["cameras.clip.fil=x", "`file` has no option `fil`: did you mean `file`?"],
    ["cameras.clip.file.lop=x", "source `file` has no option `lop`: did you mean `loop`?"],
    ["cameras.clip=x", "expected cameras.NAME.OPTION=VALUE"],
    [
      "engines.detectr.model=x",
      ":1:9 error: there is no engine `detectr`: did you mean `detector`?",
    ],
    [
      "engines.detector.modle=x",
      ":1:18 error: an engine has no option `modle`: did you mean `model`?",
    ],
    ["elements.viw.labels=1", ":1:10 error: there is no element `viw`: did you mean `view`?"],
    [
      "elements.view.label=1",
      ":1:15 error: `overlay` has no option `label`: did you mean `labels`?",
    ],
    ["elements.view.labels=7", ":1:22 error: `labels` of `overlay` must be true or false, found 7"],
    ["elements.view.id=x", "an id cannot be set"],
    ["elements.nms.keep=[1", "expected the `]` that closes what stands before"],
    ["elements.nms.score", ":1:19 error: expected PATH=VALUE, found no `=`"],
    ["", "expected PATH=VALUE"],
  ];
  for (const [set, message] of cases) {
    const line = told(set)[0] ?? "nothing";
    assert.ok(line.startsWith(`--set ${set.split("=")[0]}`), `${set}: ${line}`);
    assert.ok(line.includes(message), `${set}: ${line}`);
  }
});

Deno.test("a mistake in a setting is shown without its secret", () => {
  const { diagnostics, secrets } = parse(good, { sets: ["cameras.clip.password=hunter2"] });
  assert.equal(diagnostics.length, 1);
  assert.deepEqual(secrets, ["hunter2"]);
});
