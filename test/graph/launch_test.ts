import assert from "node:assert/strict";
import { parseLaunch } from "../../src/graph/launch.ts";
import type { Plan } from "../../src/graph/plan.ts";
import { context, good, lines, parse } from "./fixture.ts";

const launch = (line: string) => parseLaunch(line, { ...context, file: "launch" });
const told = (line: string) => lines(launch(line)).map((text) => text.replace("launch:1:", ""));

/** A plan without its places in the text. */
const bare = (plan: Plan | undefined) =>
  JSON.parse(
    JSON.stringify(plan, (key, value) =>
      ["position", "places", "file"].includes(key) ? undefined : value),
  );

Deno.test("a launch line gives the plan of its YAML", () => {
  const line = launch(
    "file location=clip.mp4 name=clip ! letterbox size=640 ! infer model=m.onnx name=detector " +
      "! nms score=0.25 ! track ! overlay name=view labels=true track. " +
      '! events location="events/{camera}.jsonl"',
  );
  assert.deepEqual(line.diagnostics, []);
  const yaml = parse(
    good.replace(/engines:[^]*elements/, "elements")
      .replace("infer: detector", "{ id: detector, infer: { model: m.onnx } }"),
  );
  assert.deepEqual(yaml.diagnostics, []);
  assert.deepEqual(bare(line.plan), bare(yaml.plan));
});

Deno.test("words are read as a shell reads them", () => {
  const { plan, diagnostics } = launch(
    `file location="my clip.mp4" loop=3 file location='a\\b "c".mp4' name=right file ` +
      `location=with\\ blank.mp4 ! letterbox ! infer model=\${env:M:-a b.onnx} ` +
      `! nms keep=[1, "a b"] queue.size=8 queue.policy=drop-oldest timeout=500ms ! null`,
  );
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    plan!.cameras.map(({ name, options }) => [name, options.location]),
    [["camera0", "my clip.mp4"], ["right", 'a\\b "c".mp4'], ["camera2", "with blank.mp4"]],
  );
  assert.equal(plan!.engines[0]!.options.model, "a b.onnx");
  const nms = plan!.nodes[2]!;
  assert.deepEqual(nms.options.keep, [1, "a b"]);
  assert.deepEqual(nms.link, { size: 8, policy: "drop-oldest" });
  assert.equal(nms.timeout, 0.5);
});

Deno.test("branches start at an id or a name, written either way", () => {
  for (
    const branch of ["t. ! events", "track. ! events", "events from=t", "t. ! events file=- ! null"]
  ) {
    const { plan, diagnostics } = launch(
      `file location=a ! letterbox ! infer model=m ! nms ! track name=t ! overlay ${branch}`,
    );
    assert.deepEqual(diagnostics, [], branch);
    const events = plan!.nodes.find(({ id }) => id === "events")!;
    assert.equal(events.from, "t", branch);
  }
});

Deno.test("mistakes are told by column, all at once", () => {
  assert.deepEqual(
    told("file locaton=1 loop=q ! letterbox ! nms scor=1 ! trck q. ! events"),
    [
      "1 error: `file` needs `location` (Path of a video file that GStreamer can decode)",
      "6 error: `file` has no option `locaton`: did you mean `location`?",
      '21 error: `loop` of `file` must be true or false or a number, found text "q"',
      "37 error: `nms` takes raw (a model's raw outputs), but `letterbox` gives tensor (a picture " +
      "scaled into a model's input): `infer` belongs between",
      "41 error: `nms` has no option `scor`: did you mean `score`?",
      "50 error: unknown element `trck`: did you mean `track`?",
      "55 error: there is no element `q`: there are `letterbox` and `nms`",
    ],
  );
});

Deno.test("what is wrong with the line itself comes first", () => {
  const cases: [string, ...string[]][] = [
    ["", "1 error: the line is empty: expected a source and elements, joined by `!`"],
    ["file location=a !", "18 error: an element is missing after the last `!`"],
    ["! null", "1 error: an element is missing before this `!`"],
    ["file location=a ! ! null", "19 error: an element is missing before this `!`"],
    ["size=3 ! null", "1 error: `size`=… stands before any element"],
    ['file location="a ! null', '15 error: this " is never closed'],
    ["file location=a ! nms keep=[1 ! null", "28 error: this [ is never closed"],
    ["nms ! null", "1 error: `nms` cannot start a chain: a source, or `id. !`, comes before it"],
    ["file location=a", "1 error: nothing follows the source: expected `! element`"],
    ["file location=a ! file location=b", "19 error: `file` is a source: it starts a chain"],
    ["file location=a ! null!null", "19 error: `null!null`: put blanks around `!`"],
    ["file location=a ! null t.", "24 error: nothing follows `t.`: expected `! element`"],
    ["file location=a ! t. ! null", "19 error: `t.` starts a branch: it cannot stand after `!`"],
    ["file location=a name=x file location=b name=x ! null", "45 error: two cameras are named `x`"],
    ["file location=a location=b ! null", "17 error: `location` is given twice"],
    ["file location=a ..=1 ! null", "17 error: `..` is no option's name"],
  ];
  for (const [line, ...expected] of cases) assert.deepEqual(told(line).slice(0, 1), expected, line);
});

Deno.test("a second chain from a source is refused, as cameras share their chains", () => {
  assert.match(
    told("file location=a ! null file location=b ! null").join(),
    /^24 error: all cameras share one chain/,
  );
});

Deno.test("--set works on a launch line too", () => {
  const { plan, diagnostics } = parseLaunch("file location=a ! null", {
    ...context,
    sets: ["cameras.camera0.location=b.mp4", "elements.null.timeout=3s"],
  });
  assert.deepEqual(diagnostics, []);
  assert.equal(plan!.cameras[0]!.options.location, "b.mp4");
  assert.equal(plan!.nodes[0]!.timeout, 3);
});
