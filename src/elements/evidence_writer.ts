import { basename } from "node:path";
import { type Counted, countsOf, type Crossing } from "../counting/mod.ts";
import { Drawing } from "../native/mod.ts";
import type { Packet } from "../runtime/packet.ts";
import type { ElementContext, ElementInstance } from "./declaration.ts";
import type { EvidenceOptions } from "./evidence.ts";
import { evidenceRecord, type ModelFile, modelFile } from "./evidence_record.ts";
import { encodeStill, writeNew } from "./still.ts";
import type { ElementSummary } from "./summary.ts";
import { folderOf } from "./template.ts";

/** Records that may wait; with more, frames wait too. */
const mostWaiting = 1000;
const red = 0xff3b30ff;

/** One part to be written. */
interface Entry {
  readonly packet: Packet;
  readonly crossing: Crossing;
  readonly record: Record<string, unknown>;
  /** Whether its frame is kept for a still. */
  readonly still: boolean;
}

/** Writes stills and records beside the frame path, in order. */
export class EvidenceWriter implements ElementInstance {
  readonly #waiting: Entry[] = [];
  readonly #drawing = new Drawing();
  #working: Promise<void> | undefined;
  #error: Error | undefined;
  /** Frames kept, the one at work included. */
  #kept = 0;
  #stills = 0;
  #records = 0;
  #passedOver = 0;

  private constructor(
    readonly options: EvidenceOptions,
    readonly context: ElementContext,
    readonly model: ModelFile | undefined,
  ) {}

  /** Reads the model's file for its hash; once for all cameras. */
  static async open(options: EvidenceOptions, context: ElementContext): Promise<EvidenceWriter> {
    const path = context.model?.path;
    const model = path === undefined
      ? undefined
      : await context.shared<ModelFile & { close?(): void }>(path, () => modelFile(path));
    return new EvidenceWriter(options, context, model);
  }

  process(packet: Packet): Packet | Promise<Packet> {
    if (this.#error) throw this.#error;
    const counts = countsOf(packet);
    if (counts.length === 0) {
      throw new Error("nothing is counted before it: put it after count");
    }
    for (const [id, counted] of counts) this.#take(packet, id, counted);
    if (this.#waiting.length < mostWaiting) return packet;
    return this.#working!.then(() => packet);
  }

  async close(): Promise<void> {
    await this.#working;
    if (this.#passedOver > 0) {
      this.context.report(
        "warning",
        `${this.#passedOver} of ${this.#records} parts have a record but no still`,
      );
    }
    if (this.#error) throw this.#error;
  }

  statistics(): Record<string, number> {
    return { records: this.#records, stills: this.#stills, passedOver: this.#passedOver };
  }

  summary(): ElementSummary {
    const path = folderOf(this.context.path(this.options.file));
    return { files: [{ path, count: this.#stills + this.#records }] };
  }

  #take(packet: Packet, id: string, { crossings }: Counted): void {
    for (const crossing of crossings) {
      if (this.options.on === "rejected" && crossing.verdict !== "rejected") continue;
      const still = this.#kept < this.options.queue + 1;
      if (still) {
        packet.frame.retain();
        this.#kept++;
      } else if (this.#passedOver++ === 0) {
        this.context.report(
          "warning",
          `more than ${this.options.queue} pictures wait to be written: ` +
            `track ${crossing.track} in frame ${packet.number} gets a record alone, and so will others`,
        );
      }
      const record = evidenceRecord(packet, id, crossing, this.model, this.context);
      this.#waiting.push({ packet, crossing, record, still });
    }
    if (this.#waiting.length > 0) {
      this.#working ??= this.#work().finally(() => this.#working = undefined);
    }
  }

  async #work(): Promise<void> {
    for (let entry = this.#waiting.shift(); entry; entry = this.#waiting.shift()) {
      try {
        // After a failure the rest only gives its frames back.
        if (!this.#error) await this.#write(entry);
      } catch (error) {
        this.#error = error as Error;
      } finally {
        if (entry.still) {
          entry.packet.frame.release();
          this.#kept--;
        }
      }
    }
  }

  async #write({ packet, crossing, record, still }: Entry): Promise<void> {
    let path = this.context.path(this.options.file, {
      frame: String(packet.number).padStart(6, "0"),
      pts: packet.pts.toFixed(3),
      track: String(crossing.track),
    });
    if (still) {
      // The still first: where there is a record, its still is there too.
      path = await writeNew(path, await this.#picture(packet, crossing));
      this.#stills++;
    }
    const text = JSON.stringify({ ...record, still: still ? basename(path) : null }, null, 2);
    const beside = path.replace(/(\.[^./]*)?$/, ".json");
    await writeNew(beside, new TextEncoder().encode(text + "\n"));
    this.#records++;
  }

  async #picture(packet: Packet, crossing: Crossing): Promise<Uint8Array> {
    if (!this.options.draw) return await encodeStill(packet.frame, this.options.quality);
    const { width } = packet.frame;
    const line = Math.max(2, Math.round(width / 320));
    // Outside of the part: what is to be seen is often at its edge.
    const gap = 2 * line + 2;
    const [x1, y1, x2, y2] = crossing.box;
    const box = [x1 - gap, y1 - gap, x2 + gap, y2 + gap] as const;
    const text = `#${crossing.track} ${crossing.class} ${crossing.score.toFixed(2)}` +
      (crossing.vanished ? ` (last seen in frame ${crossing.frame})` : "");
    this.#drawing.clear().box(box, red, line)
      .label(text, box[0], box[1], red, Math.max(10, Math.round(width / 64)));
    const drawn = await this.context.native.overlay(packet.frame.retain(), this.#drawing);
    try {
      return await encodeStill(drawn, this.options.quality);
    } finally {
      drawn.release();
    }
  }
}
