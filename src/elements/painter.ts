import { type Counted, countsOf, type ThingInView } from "../counting/mod.ts";
import { Drawing, type NativeRuntime } from "../native/mod.ts";
import type { Detection, Packet } from "../runtime/packet.ts";
import { drawPanels, drawShape, verdictColors } from "./count_panel.ts";
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

/** Of what has no verdict, where others have. */
const neutral = 0xc7c7cc;

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
    const counts = this.options.counts ? countsOf(packet) : [];
    if (!packet.detections?.length && counts.length === 0) return packet;
    return this.#draw(packet, packet.detections ?? [], counts);
  }

  async #draw(
    packet: Packet,
    detections: readonly Detection[],
    counts: readonly (readonly [string, Counted])[],
  ): Promise<Packet> {
    const { width } = packet.frame;
    const thickness = this.options.thickness ?? Math.max(1, Math.round(width / 480));
    const textSize = this.options.textSize ?? Math.max(10, Math.round(width / 64));
    const panel = {
      thickness: 2 * thickness,
      textSize: this.options.textSize ?? Math.max(12, Math.round(width / 45)),
    };
    const drawing = this.#drawing.clear();
    const verdicts = counts.some(([, { judged }]) => judged);
    for (const [, counted] of counts) drawShape(drawing, counted, panel);
    for (const detection of detections) {
      const thing = judged(detection, counts);
      const rgba = this.#color(detection, thing, verdicts) * 256 + 0xff;
      if (this.options.boxes) drawing.box(detection.box, rgba, thickness);
      const text = this.#text(detection, thing);
      if (text) drawing.label(text, detection.box[0], detection.box[1], rgba, textSize);
    }
    // Last, as they are to be read whatever is in the picture.
    drawPanels(drawing, counts, panel);
    // The shapes are copied before the call returns, so the next packet may reuse them.
    const frame = await this.native.overlay(packet.frame.retain(), drawing);
    return { ...packet, frame };
  }

  #color(detection: Detection, thing: ThingInView | undefined, verdicts: boolean): number {
    const own = this.#colors.get(thing?.class ?? detection.class);
    if (thing) return own ?? verdictColors[thing.verdict];
    // Where red means rejected, nothing else may be red.
    if (verdicts) return own ?? neutral;
    return own ?? palette[detection.classId % palette.length]!;
  }

  #text(detection: Detection, thing: ThingInView | undefined): string {
    const { labels, scores, tracks } = this.options;
    const parts: string[] = [];
    if (tracks && detection.track !== undefined) parts.push(`#${detection.track}`);
    if (labels) parts.push(thing?.class ?? detection.class);
    if (scores) parts.push(detection.score.toFixed(2));
    return parts.join(" ");
  }
}

/** What has been made out about a detection's part by a count that judges. */
function judged(
  { track }: Detection,
  counts: readonly (readonly [string, Counted])[],
): ThingInView | undefined {
  if (track === undefined) return undefined;
  return counts.find(([, { judged, things }]) => judged && things.has(track))?.[1].things.get(
    track,
  );
}
