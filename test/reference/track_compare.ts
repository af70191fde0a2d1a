/**
 * ByteTrack against that of the Python packages trackers and supervision, on the same detections, with
 * the paper's parameters (track_reference.py says what is passed to them). Prints one table: of the
 * literal detections (track_input.py), or, with seeds, means over noisy ones.
 *
 * usage: deno run -A test/reference/track_compare.ts [seed …]
 */
import { ByteTrack, type ByteTrackOptions, type Detection } from "../../src/tracking/mod.ts";
import { repository, shared } from "../shared.ts";

const metrics = ["MOTA", "IDF1", "HOTA"] as const;
/** What is compared; `lineside` is ours. */
export const trackerNames = ["lineside", "trackers", "supervision"] as const;
/** 0 to 1 each (MOTA may be negative). */
export type Scores = Record<typeof metrics[number], number> & { switches: number };
/** Sequence, tracker, metric. */
export type Comparison = Record<string, Record<string, Scores>>;

/** The two Pythons that scripts/references makes; null where one is absent. */
export function pythons(): { scores: string; trackers: string } | null {
  const scores = repository(".lineside/references/bin/python");
  const trackers = repository(".lineside/references-trackers/bin/python");
  try {
    Deno.statSync(scores);
    Deno.statSync(trackers);
    return { scores, trackers };
  } catch {
    return null;
  }
}

/** Tracks a MOTChallenge detection file; returns lines of the same kind, with ids. */
export function trackText(
  text: string,
  length: number,
  options: ByteTrackOptions,
): { text: string; microseconds: number[] } {
  const frames: Detection[][] = Array.from({ length }, () => []);
  for (const line of text.split("\n")) {
    if (!line) continue;
    const [frame, , x, y, w, h, score] = line.split(",").map(Number) as [
      number,
      number,
      ...number[],
    ];
    frames[frame - 1]!.push({
      class: "person",
      classId: 0,
      score: score!,
      box: [x!, y!, x! + w!, y! + h!],
    });
  }
  const tracker = new ByteTrack(options);
  const lines: string[] = [];
  const microseconds: number[] = [];
  for (const [i, detections] of frames.entries()) {
    const start = performance.now();
    const tracked = tracker.update(detections, { number: i });
    microseconds.push((performance.now() - start) * 1000);
    for (const { track, box: [x1, y1, x2, y2] } of tracked) {
      if (track === undefined) continue;
      const box = [x1, y1, x2 - x1, y2 - y1].map((value) => value.toFixed(3)).join(",");
      lines.push(`${i + 1},${track},${box},1\n`);
    }
  }
  return { text: lines.join(""), microseconds };
}

/** Runs and scores all trackers on all sequences: the literal ones, or noisy ones made with the seed. */
export async function compare(seed?: number): Promise<Comparison> {
  const python = pythons();
  const data = shared("mot");
  if (!python || !data) throw new Error("scripts/references has not been run, or there is no data");
  const out = await Deno.makeTempDir({ prefix: "lineside-tracks-" });
  try {
    const run = (path: string, script: string, ...args: string[]) =>
      command(path, [repository(`test/reference/${script}.py`), ...args]);
    const kind = seed === undefined ? ["literal"] : ["noisy", String(seed)];
    await run(python.trackers, "track_input", `${data}/..`, out, ...kind);
    const referenced = run(python.trackers, "track_reference", out);
    for await (const { name } of Deno.readDir(out)) {
      const { fps, length } = JSON.parse(await Deno.readTextFile(`${out}/${name}/sequence.json`));
      const text = await Deno.readTextFile(`${out}/${name}/det.txt`);
      await Deno.writeTextFile(
        `${out}/${name}/lineside.txt`,
        trackText(text, length, { fps }).text,
      );
    }
    await referenced;
    const [first, second] = await Promise.all([
      run(python.scores, "track_score", "motmetrics", out, ...trackerNames),
      run(python.trackers, "track_score", "trackeval", out, ...trackerNames),
    ]);
    const comparison = JSON.parse(first) as Comparison;
    for (const [sequence, byTracker] of Object.entries(JSON.parse(second) as Comparison)) {
      for (const [tracker, scores] of Object.entries(byTracker)) {
        Object.assign(comparison[sequence]![tracker]!, scores);
      }
    }
    return comparison;
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/**
 * Where ours is below a reference by more than what is allowed for that `sequence metric tracker`,
 * which is nothing if not given: `sequence metric tracker: ours < theirs`.
 */
export function worse(
  comparison: Comparison,
  allowed: Readonly<Record<string, number>> = {},
): string[] {
  const found: string[] = [];
  for (const [sequence, { lineside, ...others }] of Object.entries(comparison)) {
    for (const metric of metrics) {
      for (const [name, scores] of Object.entries(others)) {
        const what = `${sequence} ${metric} ${name}`;
        if (lineside![metric] < scores[metric] - (allowed[what] ?? 0)) {
          const [ours, theirs] = [lineside![metric], scores[metric]].map((v) =>
            (v * 100).toFixed(2)
          );
          found.push(`${what}: ${ours} < ${theirs}`);
        }
      }
    }
  }
  return found;
}

/** Means over several comparisons: IDF1 and HOTA differ by several points from one noise to another. */
export function mean(comparisons: readonly Comparison[]): Comparison {
  const result: Comparison = {};
  for (const [sequence, byTracker] of Object.entries(comparisons[0]!)) {
    result[sequence] = {};
    for (const [name, scores] of Object.entries(byTracker)) {
      result[sequence][name] = Object.fromEntries(
        Object.keys(scores).map((metric) => [
          metric,
          comparisons.reduce(
            (sum, one) => sum + one[sequence]![name]![metric as keyof Scores] / comparisons.length,
            0,
          ),
        ]),
      ) as Scores;
    }
  }
  return result;
}

/** The comparison as a table in Markdown. */
export function table(comparison: Comparison): string {
  const lines = [
    "| sequence | tracker | MOTA | IDF1 | HOTA | switches |",
    "|---|---|---|---|---|---|",
  ];
  for (const [sequence, byTracker] of Object.entries(comparison)) {
    for (const name of trackerNames) {
      const scores = byTracker[name]!;
      const cells = metrics.map((metric) => (scores[metric] * 100).toFixed(2));
      lines.push(
        `| ${sequence} | ${name} | ${cells.join(" | ")} | ${scores.switches.toFixed(0)} |`,
      );
    }
  }
  return lines.join("\n");
}

async function command(path: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(path, { args }).output();
  const text = new TextDecoder();
  if (code !== 0) throw new Error(`${args.join(" ")} failed (${code}): ${text.decode(stderr)}`);
  return text.decode(stdout);
}

if (import.meta.main) {
  const comparisons: Comparison[] = [];
  for (const seed of Deno.args) comparisons.push(await compare(Number(seed)));
  if (comparisons.length === 0) comparisons.push(await compare());
  const means = mean(comparisons);
  console.log(table(means));
  for (const line of worse(means)) console.log(`worse: ${line}`);
}
