import Table from "cli-table3";
import type { Figure } from "../elements/summary.ts";
import type { ElementReport, RunReport } from "../runtime/report.ts";
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

/**
 * What elements found: one table for each set of headings, one row a camera. Empty if none says
 * anything.
 */
export function figureTables(report: RunReport): string {
  const byHeadings = new Map<string, ElementReport[]>();
  for (const element of report.elements) {
    const headings = Object.keys(element.summary?.figures ?? {});
    if (headings.length === 0) continue;
    const key = JSON.stringify(headings);
    byHeadings.set(key, [...byHeadings.get(key) ?? [], element]);
  }
  return [...byHeadings].map(([key, elements]) => {
    const headings: string[] = JSON.parse(key);
    const rows = elements.map(({ id, camera, summary }) => [
      id,
      camera,
      ...headings.map((heading) => figureText(summary!.figures![heading]!)),
    ]);
    const numbers = headings.findIndex((heading) =>
      typeof elements[0]!.summary!.figures![heading] !== "number"
    );
    const to = numbers < 0 ? headings.length + 2 : numbers + 2;
    return "\n" + table(["element", "camera", ...headings], rows, { from: 2, to });
  }).join("");
}

function figureText(figure: Figure): string {
  if (typeof figure !== "object") return String(figure);
  const sorted = Object.entries(figure).sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name} ${count}`).join(", ") || "–";
}

/** Where the files are that elements wrote; cameras that share one are one row. Empty without any. */
export function fileTable(report: RunReport): string {
  const rows = new Map<string, { id: string; cameras: string[]; count: number; path: string }>();
  for (const { id, camera, summary } of report.elements) {
    for (const { path, count } of summary?.files ?? []) {
      const key = JSON.stringify([id, path]);
      const row = rows.get(key) ?? { id, cameras: [], count: 0, path };
      row.cameras.push(camera);
      // A folder has the files of all its cameras; a file that they share is one.
      row.count = path.endsWith("/") ? row.count + count : Math.max(row.count, count);
      rows.set(key, row);
    }
  }
  if (rows.size === 0) return "";
  return "\n" + table(
    ["written by", "camera", "files", "where"],
    [...rows.values()].map((
      { id, cameras, count, path },
    ) => [id, cameras.join(", "), String(count), path]),
    { from: 2, to: 3 },
  );
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
