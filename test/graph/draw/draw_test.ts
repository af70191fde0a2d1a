import assert from "node:assert/strict";
import { drawPlan } from "../../../src/graph/draw/mod.ts";
import type { Plan } from "../../../src/graph/plan.ts";
import { context, parse } from "../fixture.ts";

function planOf(text: string, env: Record<string, string> = {}): Plan {
  const { plan, diagnostics } = parse(text, { env: (name) => env[name] });
  assert.deepEqual(diagnostics, []);
  return plan!;
}

const station = planOf(
  `version: 1
cameras:
  infeed: { file: a.mp4, realtime: true }
  outfeed: { images: 'nasty "<&|#]> \\ ;-->.png' }
engines:
  bottles: { model: "\${env:FOLDER}/bottles.onnx", maxDelay: 20ms }
elements:
  - letterbox: { size: 640x384 }
  - infer: bottles
  - nms: { score: 0.3 }
  - track
  - { id: view, queue: latest, overlay: { labels: false } }
  - { from: track, queue: 16, events: "events/{camera}.jsonl" }
`,
  { FOLDER: "hidden-folder" },
);

const draw = (format: "svg" | "dot" | "mermaid") =>
  drawPlan(station, format, context.engineOptions);

Deno.test("dot shows boxes, what was set, ports and queues", async () => {
  const dot = await draw("dot");
  assert.match(dot, /<b>infeed<\/b>.*realtime true/);
  assert.match(dot, /<b>bottles<\/b>.*model •••\/bottles\.onnx.*maxDelay 20ms/);
  assert.match(dot, /size 640x384/);
  assert.doesNotMatch(dot, /iou/, "defaults are left out");
  assert.match(dot, /n2 -> n3 \[label="detections\\nblock 4"\]/);
  assert.match(dot, /n3 -> n4 \[label="tracks\\nlatest"\]/);
  assert.match(dot, /n3 -> n5 \[label="tracks\\nblock 16"\]/);
  assert.match(dot, /subgraph cluster_0 \{[^}]*letterbox[^}]*infer[^}]*nms/);
});

Deno.test("no drawing shows a secret", async () => {
  for (const format of ["svg", "dot", "mermaid"] as const) {
    assert.doesNotMatch(await draw(format), /hidden-folder/, format);
  }
});

Deno.test("an svg is well-formed whatever names hold", async () => {
  const svg = await draw("svg");
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  assert.ok(
    texts.includes("location nasty &quot;&lt;&amp;|#]&gt; \\ ;&#45;&#45;&gt;.png"),
    texts.join("\n"),
  );
  // Every tag that opens closes, in order.
  const open: string[] = [];
  for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (close) assert.equal(open.pop(), name);
    else if (!self) open.push(name!);
  }
  assert.deepEqual(open, []);
});

Deno.test("mermaid keeps marks that mean something to it out of labels", async () => {
  const mermaid = await draw("mermaid");
  assert.match(mermaid, /^flowchart LR\n/);
  assert.match(mermaid, /location nasty #34;#60;#38;#124;#35;#93;#62; #92; #59;--#62;\.png/);
  assert.match(mermaid, /n0 -->\|"tensor<br\/>block 4"\| n1/);
  assert.match(mermaid, /e0 -\.- n1/);
  assert.match(mermaid, /subgraph job0\["one native job"\]/);
});
