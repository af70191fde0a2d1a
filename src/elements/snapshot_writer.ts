import type { Packet } from "../runtime/packet.ts";
import type { ElementContext, ElementInstance } from "./declaration.ts";
import type { SnapshotOptions } from "./snapshot.ts";
import { encodeStill, writeStill } from "./still.ts";
import type { ElementSummary } from "./summary.ts";
import { folderOf } from "./template.ts";

/** Picks frames and writes them beside the frame path: one at work, one waiting, the latest wins. */
export class SnapshotWriter implements ElementInstance {
  #waiting: Packet | undefined;
  #working: Promise<void> | undefined;
  #last = -Infinity;
  #written = 0;
  #passedOver = 0;
  #error: Error | undefined;
  readonly #seen = new Set<number>();
  readonly #classes: ReadonlySet<string> | undefined;

  constructor(readonly options: SnapshotOptions, readonly context: ElementContext) {
    this.#classes = options.classes && new Set(options.classes);
  }

  process(packet: Packet): Packet {
    if (this.#error) throw this.#error;
    if (!this.#due(packet) || !this.#wanted(packet)) return packet;
    this.#last = packet.pts;
    packet.frame.retain();
    if (this.#waiting) {
      this.#waiting.frame.release();
      this.#passedOver++;
    }
    this.#waiting = packet;
    this.#working ??= this.#work().finally(() => this.#working = undefined);
    return packet;
  }

  async close(): Promise<void> {
    await this.#working;
    if (this.#error) throw this.#error;
  }

  statistics(): Record<string, number> {
    return { written: this.#written, passedOver: this.#passedOver };
  }

  summary(): ElementSummary {
    const path = folderOf(this.context.path(this.options.file));
    return { files: [{ path, count: this.#written }] };
  }

  #due(packet: Packet): boolean {
    // A looping source begins again at 0.
    return packet.pts - this.#last >= this.options.every || packet.pts < this.#last;
  }

  #wanted(packet: Packet): boolean {
    const { on, score } = this.options;
    if (on === "always") return true;
    let wanted = false;
    for (const detection of packet.detections ?? []) {
      if (detection.score < score) continue;
      if (this.#classes && !this.#classes.has(detection.class)) continue;
      if (on === "detection") return true;
      if (detection.track === undefined || this.#seen.has(detection.track)) continue;
      this.#remember(detection.track);
      wanted = true;
    }
    return wanted;
  }

  /** Ids only grow, so the oldest can be forgotten: a run of months must not fill memory. */
  #remember(track: number): void {
    this.#seen.add(track);
    if (this.#seen.size > 10000) this.#seen.delete(this.#seen.values().next().value!);
  }

  async #work(): Promise<void> {
    while (this.#waiting) {
      const packet = this.#waiting;
      this.#waiting = undefined;
      try {
        await this.#write(packet);
        this.#written++;
      } catch (error) {
        this.#error = error as Error;
      } finally {
        packet.frame.release();
      }
    }
  }

  async #write(packet: Packet): Promise<void> {
    const { frame } = packet;
    const path = this.context.path(this.options.file, {
      frame: String(packet.number).padStart(6, "0"),
      pts: packet.pts.toFixed(3),
    });
    await writeStill(path, await encodeStill(frame, this.options.quality));
  }
}
