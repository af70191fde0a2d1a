import type { Detection } from "../runtime/packet.ts";

/** Words of one `ls_detection`. */
const words = 6;

/** Reads `ls_detection[]`; labels are by class id. */
export function readDetections(
  payload: Uint8Array<ArrayBuffer>,
  labels: readonly string[],
): Detection[] {
  // A view needs alignment, which nobody promises for payloads.
  const aligned = payload.byteOffset % 4 === 0 ? payload : payload.slice();
  const count = Math.floor(aligned.length / (words * 4));
  const floats = new Float32Array(aligned.buffer, aligned.byteOffset, count * words);
  const integers = new Int32Array(aligned.buffer, aligned.byteOffset, count * words);
  const detections = new Array<Detection>(count);
  for (let i = 0, at = 0; i < count; i++, at += words) {
    const classId = integers[at + 5]!;
    detections[i] = {
      class: labels[classId] ?? `class ${classId}`,
      classId,
      score: floats[at + 4]!,
      box: [floats[at]!, floats[at + 1]!, floats[at + 2]!, floats[at + 3]!],
    };
  }
  return detections;
}
