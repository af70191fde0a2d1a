import { type Counted, countsOf, type Crossing } from "../counting/mod.ts";
import type { Detection, Packet } from "../runtime/packet.ts";

/** Rounds to `10 ** -n` for scale `10 ** n`; more digits than a measurement has only cost space. */
const round = (value: number, scale: number) => Math.round(value * scale) / scale;

function detectionFields(detection: Detection): Record<string, unknown> {
  const { box } = detection;
  const fields: Record<string, unknown> = {
    class: detection.class,
    classId: detection.classId,
    score: round(detection.score, 1e4),
    box: [round(box[0], 100), round(box[1], 100), round(box[2], 100), round(box[3], 100)],
  };
  if (detection.track !== undefined) fields.track = detection.track;
  return fields;
}

function crossingFields(count: string, crossing: Crossing): Record<string, unknown> {
  const { score, share, at, box, ...rest } = crossing;
  return {
    count,
    ...rest,
    score: round(score, 1e4),
    share: round(share, 1e4),
    at: at.map((value) => round(value, 100)),
    box: box.map((value) => round(value, 100)),
  };
}

/** What is counted so far, and what was in this frame. */
function countFields(counts: readonly [string, Counted][]): Record<string, unknown> {
  const crossings = counts.flatMap(([id, counted]) =>
    counted.crossings.map((crossing) => crossingFields(id, crossing))
  );
  const totals = counts.map(([id, { judged, totals: { seen, good, rejected } }]) =>
    [id, judged ? { seen, good, rejected } : { seen }] as const
  );
  return { counts: Object.fromEntries(totals), ...(crossings.length > 0 && { crossings }) };
}

/**
 * A packet as one line of JSON, with its line break. Seconds are rounded to microseconds, boxes to
 * hundredths of a source pixel, scores to four decimals. `counts` and `crossings` are there only if
 * an element counts.
 */
export function eventLine(packet: Packet): string {
  const counts = countsOf(packet);
  return JSON.stringify({
    camera: packet.camera,
    frame: packet.number,
    pts: round(packet.pts, 1e6),
    width: packet.frame.width,
    height: packet.frame.height,
    detections: packet.detections?.map(detectionFields) ?? [],
    ...(counts.length > 0 && countFields(counts)),
  }) + "\n";
}
