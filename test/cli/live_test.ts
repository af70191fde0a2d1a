import assert from "node:assert/strict";
import { liveText } from "../../src/cli/live.ts";
import { cameraTable, elementTable, figureTables, fileTable } from "../../src/cli/tables.ts";
import { drops, elapsed, milliseconds } from "../../src/cli/figures.ts";
import type { CameraReport, RunReport } from "../../src/runtime/report.ts";

const camera: CameraReport = {
  name: "infeed",
  state: "running",
  framesIn: 1200,
  framesOut: 1190,
  fps: 59.94,
  drops: { "queue full": 7, late: 3, other: 0 },
  latency: { p50: 12.34, p95: 31.2, p99: 40 },
};
const report: RunReport = {
  seconds: 20,
  cameras: [
    camera,
    { ...camera, name: "cap", state: "opening", latency: undefined, drops: {} },
    { ...camera, name: "out", state: "failed", error: "the cable is out ".repeat(20) },
  ],
  elements: [{
    id: "view",
    element: "overlay",
    camera: "infeed",
    count: 1190,
    queue: { depth: 1, peak: 4, size: 4 },
    drops: {},
    time: { p50: 0.0421, p95: 1.5, p99: 2.25 },
    extra: { bytes: 7 },
  }],
  engines: [],
  liveFrames: 0,
};

Deno.test("live lines: one a camera, with rate, drops by cause and latency", () => {
  const [running, opening, failed] = liveText(report, 200);
  assert.equal(
    running,
    "● infeed    59.9 frames/s  1190 frames  drops 10 (queue full 7, late 3)  " +
      "latency p50/p95 12.3/31.2 ms  20.0 s",
  );
  assert.equal(opening, "… cap    opening, 20.0 s");
  assert.equal(liveText(report, 80, ["bottles"])[1], "… cap    loading bottles, 20.0 s");
  assert.match(failed!, /^✗ out {4}failed: the cable is out/);
});

Deno.test("live lines are never wider than the terminal", () => {
  for (const width of [5, 20, 40, 80, 100]) {
    for (const line of liveText(report, width)) assert.ok(line.length < width, `${width}: ${line}`);
  }
});

Deno.test("the tables hold the figures", () => {
  assert.match(
    cameraTable(report),
    /^infeed +done +1200 +1190 +59\.9 +10 \(queue full 7, late 3\) +12\.3 +31\.2$/m,
  );
  assert.match(cameraTable(report), /^out +failed /m);
  assert.match(
    elementTable(report),
    /^view +infeed +1190 +1\/4\/4 +0 +0\.042 +1\.50 +2\.25 +bytes 7$/m,
  );
});

Deno.test("results are a table for each set of headings, files one of their own", () => {
  const [element] = report.elements;
  const gate = {
    ...element!,
    id: "gate",
    summary: { figures: { seen: 12, rejected: 3, "by defect": { chip: 1, scratch: 2 } } },
  };
  const all: RunReport = {
    ...report,
    elements: [
      gate,
      {
        ...gate,
        camera: "out",
        summary: { figures: { ...gate.summary.figures, "by defect": {} } },
      },
      { ...gate, id: "other", summary: { figures: { note: "none" } } },
      { ...gate, id: "events", summary: { files: [{ path: "all.jsonl", count: 1 }] } },
      {
        ...gate,
        id: "events",
        camera: "out",
        summary: { files: [{ path: "all.jsonl", count: 1 }] },
      },
      { ...gate, id: "shots", summary: { files: [{ path: "shots/", count: 4 }] } },
      { ...gate, id: "shots", camera: "out", summary: { files: [{ path: "shots/", count: 3 }] } },
    ],
  };
  assert.equal(
    figureTables(all),
    `
element  camera  seen  rejected  by defect
gate     infeed    12         3  scratch 2, chip 1
gate     out       12         3  –

element  camera  note
other    infeed  none
`,
  );
  assert.equal(
    fileTable(all),
    `
written by  camera       files  where
events      infeed, out      1  all.jsonl
shots       infeed, out      7  shots/
`,
  );
  assert.equal(figureTables(report) + fileTable(report), "");
});

Deno.test("figures are short and say what is not known", () => {
  assert.equal(milliseconds(undefined), "–");
  assert.equal(milliseconds(0.04212), "0.042");
  assert.equal(milliseconds(1234.5), "1235");
  assert.equal(drops({}), "0");
  assert.equal(elapsed(3.21), "3.2 s");
  assert.equal(elapsed(245), "4:05");
  assert.equal(elapsed(94_200), "26:10:00");
});
