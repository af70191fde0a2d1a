import type { ElementCost } from "./elements.ts";
import type { Machine } from "./machine.ts";
import { judged as judgedBy, type NativeCosts, type Percentiles } from "./native.ts";
import type { Sample } from "./statistics.ts";
import { table } from "./table.ts";
import type { Throughput } from "./throughput.ts";

/** Everything one run measured; null: not asked for. */
export interface Results {
  readonly machine: Machine;
  readonly rounds: number;
  /** Of the clip, in each round of the throughput. */
  readonly frames: number;
  readonly throughput: readonly Throughput[];
  readonly native: NativeCosts | null;
  readonly elements: ElementCost | null;
  readonly start: Sample | null;
}

/** One claim: what is asked, what was found. */
export interface Finding {
  readonly what: string;
  readonly found: number;
  readonly target: number;
  readonly unit: string;
  readonly met: boolean;
}

/** Every target that this run can judge. */
export function findings(results: Results): Finding[] {
  const found: Finding[] = [];
  const atLeast = (what: string, value: number, target: number, unit: string) =>
    found.push({ what, found: value, target, unit, met: value >= target });
  const atMost = (what: string, value: number, target: number, unit: string) =>
    found.push({ what, found: value, target, unit, met: value <= target });
  for (const { setting, ofRaw, timesPython } of results.throughput) {
    const name = `${setting.model} ${setting.precision}`;
    atLeast(`${name}: of raw OpenVINO`, ofRaw.median, setting.ofRaw, "×");
    if (setting.timesPython !== null) {
      atLeast(`${name}: times Python`, timesPython.median, setting.timesPython, "×");
    }
  }
  const { native, elements, start } = results;
  if (native) {
    atMost(judgedBy.nms, native.micro[judgedBy.nms]!.median, 300, "µs");
    const { letterbox } = judgedBy;
    const gain = native.python[letterbox]!.median / native.micro[letterbox]!.median;
    atLeast("letterbox RGB 1080p to 640, times cv2, one thread", gain, 3, "×");
  }
  if (elements) atMost("eight no-op elements, a frame", elements.added.median, 30, "µs");
  if (start) atMost("second start to the first event", start.median, 2, "s");
  return found;
}

/** Writes the tables to standard output. */
export function print(results: Results, markdown: boolean): void {
  const { machine, rounds, frames, native, elements, start } = results;
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}`,
    Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`).join(", "),
    `${machine.date.slice(0, 16)}Z, commit ${machine.commit}, ${rounds} rounds of ${frames} frames`,
  ];
  console.log(lines.join(markdown ? "  \n" : "\n") + "\n");
  if (results.throughput.length) {
    const head = [
      "frames/s",
      "raw OpenVINO",
      "Lineside",
      "Python",
      "tuned Python",
      "of raw",
      "× Python",
    ];
    console.log(table(head, results.throughput.map(throughputRow), markdown) + "\n");
  }
  const parts: string[][] = [];
  if (native) {
    const row = (name: string, { median, p10, p90 }: Percentiles) =>
      parts.push([name, spread({ median, min: p10, max: p90 }, 0, " µs")]);
    for (const [name, times] of Object.entries(native.micro)) row(name, times);
    for (const [name, times] of Object.entries(native.python)) row(`cv2 and numpy: ${name}`, times);
  }
  if (elements) {
    parts.push(
      ["a decoded frame with no element", spread(elements.none, 1, " µs")],
      ["eight no-op elements add", spread(elements.added, 1, " µs")],
    );
  }
  if (start) parts.push(["second start to the first event", spread(start, 2, " s")]);
  if (parts.length) {
    console.log(table(["part", "median (min–max; p10–p90 of the native)"], parts, markdown) + "\n");
  }
  const judged = findings(results).map((finding) => [
    finding.what,
    `${finding.found.toFixed(finding.unit === "µs" ? 0 : 2)} ${finding.unit}`,
    `${finding.unit === "×" ? "≥" : "≤"} ${finding.target} ${finding.unit}`,
    finding.met ? "met" : "missed",
  ]);
  if (judged.length) console.log(table(["target", "found", "asked", ""], judged, markdown));
}

function throughputRow({ setting, ...figures }: Throughput): string[] {
  return [
    `${setting.model} ${setting.precision.toUpperCase()}`,
    spread(figures.raw, 1),
    spread(figures.lineside, 1),
    spread(figures.python, 1),
    spread(figures.tuned, 1),
    spread(figures.ofRaw, 2),
    spread(figures.timesPython, 2),
  ];
}

/** `17.3 (16.9–18.0)`. */
function spread({ median, min, max }: Omit<Sample, "count">, digits: number, unit = ""): string {
  const range = `${min.toFixed(digits)}–${max.toFixed(digits)}`;
  return `${median.toFixed(digits)}${unit} (${range})`;
}
