import Table from "cli-table3";
import type { RunReport } from "../runtime/report.ts";
import { drops, elapsed, milliseconds, rate } from "./figures.ts";
import { styles } from "./terminal.ts";

/** No rules but one under the heading: reads well, and can be cut with cut(1). */
const plain = {
  "top": "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  "bottom": "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  "left": "",
  "left-mid": "",
  "mid": "",
  "mid-mid": "",
  "right": "",
  "right-mid": "",
  "middle": "  ",
};

/** Rows under a heading; the columns of `numbers` are aligned to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: { readonly from: number; readonly to: number },
  stream: { isTerminal(): boolean } = Deno.stderr,
): string {
  const { bold } = styles(stream);
  const lines = new Table({
    head: head.map(bold),
    colAligns: head.map((_, column) =>
      column >= numbers.from && column < numbers.to ? "right" : "left"
    ),
    chars: plain,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  lines.push(...rows.map((row) => [...row]));
  return lines.toString().split("\n").map((line) => line.trimEnd()).join("\n") + "\n";
}

/** What came of a run: one row a camera, then what failed. */
export function cameraTable(report: RunReport): string {
  const rows = report.cameras.map((camera) => [
    camera.name,
    camera.state === "failed" ? "failed" : "done",
    String(camera.framesIn),
    String(camera.framesOut),
    rate(camera),
    drops(camera.drops),
    milliseconds(camera.latency?.p50),
    milliseconds(camera.latency?.p95),
  ]);
  return table(
    ["camera", "state", "frames in", "out", "frames/s", "drops", "p50 ms", "p95 ms"],
    rows,
    { from: 2, to: 8 },
  ) + `in ${elapsed(report.seconds)}\n`;
}

/** `--stats`: one row for each element and camera. */
export function elementTable(report: RunReport): string {
  const rows = report.elements.map((element) => [
    element.id,
    element.camera,
    String(element.count),
    `${element.queue.depth}/${element.queue.peak}/${element.queue.size}`,
    drops(element.drops),
    milliseconds(element.time?.p50),
    milliseconds(element.time?.p95),
    milliseconds(element.time?.p99),
    Object.entries(element.extra ?? {}).map(([key, value]) => `${key} ${value}`).join(", "),
  ]);
  return table(
    [
      "element",
      "camera",
      "packets",
      "queue now/peak/size",
      "drops",
      "p50 ms",
      "p95 ms",
      "p99 ms",
      "more",
    ],
    rows,
    { from: 2, to: 8 },
  );
}
