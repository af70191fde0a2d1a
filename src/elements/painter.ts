import { Drawing, type NativeRuntime } from "../native/mod.ts";
import type { Detection, Packet } from "../runtime/packet.ts";
import type { ElementInstance } from "./declaration.ts";
import type { OverlayOptions } from "./overlay.ts";

/** Twelve colours that are told apart on most pictures, as 0xRRGGBB. */
const palette = [
  0xff5c5c,
  0x4cc9f0,
  0x80ed99,
  0xffd166,
  0xb388eb,
  0xff9f1c,
  0x2ec4b6,
  0xf15bb5,
  0xa7c957,
  0x5e9bff,
  0xe5989b,
  0xc0c0c0,
] as const;

/** Draws detections with the native library. */
export class Painter implements ElementInstance {
  /** Copies of the picture that may be drawn at once. */
  readonly concurrency = 2;
  readonly #drawing = new Drawing();
  readonly #colors: Map<string, number>;

  constructor(readonly options: OverlayOptions, readonly native: NativeRuntime) {
    this.#colors = new Map(
      Object.entries(options.colors).map(([name, text]) => [name, parseInt(text.slice(1), 16)]),
    );
  }

  process(packet: Packet): Packet | Promise<Packet> {
    if (!packet.detections?.length) return packet;
    return this.#draw(packet, packet.detections);
  }

  async #draw(packet: Packet, detections: readonly Detection[]): Promise<Packet> {
    const { width } = packet.frame;
    const thickness = this.options.thickness ?? Math.max(1, Math.round(width / 480));
    const textSize = this.options.textSize ?? Math.max(10, Math.round(width / 64));
    const drawing = this.#drawing.clear();
    for (const detection of detections) {
      const rgba = this.#color(detection) * 256 + 0xff;
      if (this.options.boxes) drawing.box(detection.box, rgba, thickness);
      const text = this.#text(detection);
      if (text) drawing.label(text, detection.box[0], detection.box[1], rgba, textSize);
    }
    // The shapes are copied before the call returns, so the next packet may reuse them.
    const frame = await this.native.overlay(packet.frame.retain(), drawing);
    return { ...packet, frame };
  }

  #color(detection: Detection): number {
    return this.#colors.get(detection.class) ?? palette[detection.classId % palette.length]!;
  }

  #text(detection: Detection): string {
    const { labels, scores, tracks } = this.options;
    const parts: string[] = [];
    if (tracks && detection.track !== undefined) parts.push(`#${detection.track}`);
    if (labels) parts.push(detection.class);
    if (scores) parts.push(detection.score.toFixed(2));
    return parts.join(" ");
  }
}
