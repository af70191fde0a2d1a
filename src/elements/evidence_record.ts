import { createHash } from "node:crypto";
import type { Crossing } from "../counting/mod.ts";
import type { Packet } from "../runtime/packet.ts";
import type { ElementContext } from "./declaration.ts";

/** A model's file, as records name it. */
export interface ModelFile {
  /** Its path. */
  readonly file: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** Reads a model's file for its hash. */
export async function modelFile(path: string): Promise<ModelFile> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const piece of file.readable) hash.update(piece);
  return { file: path, sha256: hash.digest("hex") };
}

/** A record of one part; `count` is the id of the element that counted it. */
export function evidenceRecord(
  packet: Packet,
  count: string,
  crossing: Crossing,
  model: ModelFile | undefined,
  context: ElementContext,
): Record<string, unknown> {
  const { track, part, class: name, verdict, defect, score, share } = crossing;
  // What has passed since capture, taken from the wall clock's now.
  const ago = context.native.now() - packet.captured;
  return {
    time: new Date(Date.now() - ago * 1000).toISOString(),
    camera: packet.camera,
    frame: packet.number,
    pts: round(packet.pts, 6),
    size: [packet.frame.width, packet.frame.height],
    track,
    part,
    class: name,
    verdict,
    ...(defect !== undefined && { defect }),
    score: round(score, 4),
    share: round(share, 4),
    box: crossing.box.map((value) => round(value, 2)),
    at: crossing.at.map((value) => round(value, 2)),
    ...(crossing.direction && { direction: crossing.direction }),
    // The box is where it was then; the picture does not show it.
    ...(crossing.vanished && { vanished: true, lastSeen: crossing.frame }),
    count,
    model: model ?? null,
    pipeline: context.pipeline,
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
