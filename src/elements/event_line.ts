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

/**
 * A packet as one line of JSON, with its line break. Seconds are rounded to microseconds, boxes to
 * hundredths of a source pixel, scores to four decimals.
 */
export function eventLine(packet: Packet): string {
  return JSON.stringify({
    camera: packet.camera,
    frame: packet.number,
    pts: round(packet.pts, 1e6),
    width: packet.frame.width,
    height: packet.frame.height,
    detections: packet.detections?.map(detectionFields) ?? [],
  }) + "\n";
}
