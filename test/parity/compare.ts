/** A line of `events`, or of bench/reference/detect.py. */
export interface EventLine {
  readonly frame: number;
  readonly pts: number;
  readonly width: number;
  readonly height: number;
  readonly detections: readonly {
    readonly classId: number;
    readonly score: number;
    readonly box: readonly [number, number, number, number];
  }[];
}

/** How many of one side's detections the other side has too. */
export interface Agreement {
  readonly matched: number;
  readonly total: number;
  /** The worst misses, told in words, at most ten. */
  readonly misses: readonly string[];
}

type Box = EventLine["detections"][number]["box"];

/** Intersection over union. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Box) => (box[2] - box[0]) * (box[3] - box[1]);
  return width * height / (area(a) + area(b) - width * height);
}

/**
 * Of `ours` scoring over `score`, how many have a detection of the same class in the same frame of
 * `theirs` at IoU `least` or more. Each of theirs answers one of ours. Theirs may score a little
 * less: hand in lines that go below `score`.
 */
export function agreement(
  ours: readonly EventLine[],
  theirs: readonly EventLine[],
  score = 0.3,
  least = 0.95,
): Agreement {
  const byFrame = new Map(theirs.map((line) => [line.frame, line.detections]));
  const misses: string[] = [];
  let matched = 0, total = 0;
  for (const { frame, detections } of ours) {
    const left = new Set(byFrame.get(frame) ?? []);
    for (const wanted of detections) {
      if (wanted.score <= score) continue;
      total++;
      let best, bestIou = 0;
      for (const candidate of left) {
        const overlap = candidate.classId === wanted.classId ? iou(candidate.box, wanted.box) : 0;
        if (overlap > bestIou) [best, bestIou] = [candidate, overlap];
      }
      if (best && bestIou >= least) {
        matched++;
        left.delete(best);
      } else if (misses.length < 10) {
        misses.push(
          `frame ${frame}: class ${wanted.classId} score ${wanted.score.toFixed(3)} at ` +
            `${wanted.box.map((v) => v.toFixed(1)).join(" ")}: nearest IoU ${bestIou.toFixed(3)}`,
        );
      }
    }
  }
  return { matched, total, misses };
}

/** Reads a file of JSON lines. */
export async function readLines(path: string): Promise<EventLine[]> {
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}
