/**
 * Holds what a pipeline said of a drawn clip against the clip's truth: tracks by MOTA and IDF1, counts
 * and verdicts part by part.
 *
 *     deno run -R test/demo-line/judge.ts lineside-out/line.jsonl pipelines/assets/line.mp4 …
 *
 * takes pairs of an events file and a clip (its truth lies beside it) and prints one line each, and one
 * for all together.
 */
import { evaluateTracks, parseTracks, type Tracks } from "../../src/evaluate/mod.ts";

/** One line of events, as far as it matters here. */
interface EventLine {
  readonly frame: number;
  readonly detections: readonly {
    readonly box: readonly [number, number, number, number];
    readonly track?: number;
  }[];
  readonly crossings?: readonly {
    readonly part: string;
    readonly defect?: string;
    readonly box: readonly [number, number, number, number];
    readonly frame: number;
  }[];
}

/** The clip's truth, as the generator writes it. */
interface ClipTruth {
  readonly parts: readonly {
    readonly id: number;
    readonly kind: string;
    readonly defect: string | null;
    /** The frame, from 1, in which the centre passes the line; null if it never does. */
    readonly crossed: number | null;
  }[];
}

/** What came out. */
export interface Judgement {
  readonly MOTA: number;
  readonly IDF1: number;
  /** Parts whose centre passes the line. */
  readonly passed: number;
  /** Crossings that the pipeline told. */
  readonly counted: number;
  /** Parts that passed and were not counted, or are counted though they did not pass, or twice. */
  readonly miscounted: number;
  /** Of the parts counted: good taken for rejected, or the other way. */
  readonly misjudged: number;
  /** Of the parts counted: another kind, or a reject with another defect. */
  readonly misnamed: number;
}

/** Compares the text of an events file with the two texts beside a clip. */
export function judge(events: string, gt: string, truthJson: string): Judgement {
  const lines = events.trim().split("\n").map((line) => JSON.parse(line) as EventLine);
  const truth = parseTracks(gt, "gt");
  const rows = lines.flatMap(({ frame, detections }) =>
    detections.filter(({ track }) => track !== undefined).map(({ box: [x1, y1, x2, y2], track }) =>
      `${frame + 1},${track},${x1},${y1},${x2 - x1},${y2 - y1}`
    )
  );
  const { figures } = evaluateTracks(truth, parseTracks(rows.join("\n"), "events"), {
    rows: "all",
  });
  const parts = new Map((JSON.parse(truthJson) as ClipTruth).parts.map((part) => [part.id, part]));
  const passed = [...parts.values()].filter(({ crossed }) => crossed !== null);
  const counted = lines.flatMap(({ crossings }) => crossings ?? []);
  const met = new Map<number, number>();
  let [strange, misjudged, misnamed] = [0, 0, 0];
  for (const { part, defect, box, frame } of counted) {
    const id = partAt(truth, frame + 1, box);
    const is = id === undefined ? undefined : parts.get(id);
    if (!is || is.crossed === null) {
      strange++;
      continue;
    }
    met.set(is.id, (met.get(is.id) ?? 0) + 1);
    if ((is.defect !== null) !== (defect !== undefined)) misjudged++;
    else if (is.kind !== part || (is.defect ?? undefined) !== defect) misnamed++;
  }
  const missed = passed.filter(({ id }) => !met.has(id)).length;
  const twice = [...met.values()].reduce((sum, times) => sum + times - 1, 0);
  return {
    MOTA: figures.MOTA,
    IDF1: figures.IDF1,
    passed: passed.length,
    counted: counted.length,
    miscounted: missed + twice + strange,
    misjudged,
    misnamed,
  };
}

/** The part whose true box overlaps most with this one, at an IoU of 0.5 at least. */
function partAt(
  truth: Tracks,
  frame: number,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
): number | undefined {
  let [best, id] = [0.5, undefined as number | undefined];
  for (let row = 0; row < truth.frame.length; row++) {
    if (truth.frame[row] !== frame) continue;
    const [x, y, width, height] = truth.box.subarray(row * 4, row * 4 + 4) as unknown as number[];
    const across = Math.min(x2, x! + width!) - Math.max(x1, x!);
    const down = Math.min(y2, y! + height!) - Math.max(y1, y!);
    const both = Math.max(0, across) * Math.max(0, down);
    const overlap = both / ((x2 - x1) * (y2 - y1) + width! * height! - both);
    if (overlap >= best) [best, id] = [overlap, truth.id[row]];
  }
  return id;
}

/** The texts beside a clip. */
export function truthOf(clip: string): { readonly gt: string; readonly truth: string } {
  const stem = clip.replace(/\.mp4$/, "");
  return {
    gt: Deno.readTextFileSync(`${stem}.gt.txt`),
    truth: Deno.readTextFileSync(`${stem}.truth.json`),
  };
}

if (import.meta.main) {
  if (Deno.args.length === 0 || Deno.args.length % 2) {
    console.error("usage: judge.ts EVENTS CLIP [EVENTS CLIP …]");
    Deno.exit(2);
  }
  const all: Judgement[] = [];
  for (let i = 0; i < Deno.args.length; i += 2) {
    const [events, clip] = Deno.args.slice(i, i + 2) as [string, string];
    const { gt, truth } = truthOf(clip);
    const found = judge(Deno.readTextFileSync(events), gt, truth);
    all.push(found);
    console.log(clip, JSON.stringify(found));
  }
  const sum = (name: keyof Judgement) => all.reduce((total, one) => total + one[name], 0);
  const percent = (name: keyof Judgement) => (100 * sum(name) / sum("passed")).toFixed(2);
  console.log(
    `${sum("passed")} parts passed, ${sum("counted")} counted; ` +
      `miscounted ${percent("miscounted")} %, misjudged ${percent("misjudged")} %, ` +
      `misnamed ${percent("misnamed")} %`,
  );
}
