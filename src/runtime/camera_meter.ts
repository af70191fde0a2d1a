import type { Source } from "../elements/declaration.ts";
import { Counters } from "./counters.ts";
import { Histogram } from "./histogram.ts";
import type { CameraReport } from "./report.ts";

/** Seconds over which a running camera's frames a second are measured. */
const span = 3;

/** What is counted of one camera: each frame is either out or a drop with its cause, in the end. */
export class CameraMeter {
  /** Frames that the source handed over. */
  taken = 0;
  /** Frames that reached the end of a branch. */
  out = 0;
  readonly drops = new Counters();
  /** Milliseconds from capture until the last branch was done. */
  readonly latency = new Histogram();
  #sourceDrops: Record<string, number> = {};
  #source: Source | undefined;
  #began: number | undefined;
  #ended: number | undefined;
  /** Seconds and frames out, over the last `span`. */
  #samples: { time: number; out: number }[] = [];

  /** Frames are about to come from `source`. */
  begin(source: Source): void {
    this.#source = source;
    this.#began = performance.now() / 1000;
  }

  /** The source is about to be closed; its counters go with it. */
  end(): void {
    this.#ended = performance.now() / 1000;
    this.#readDrops();
    this.#source = undefined;
  }

  /** To be called a few times a second. */
  sample(): void {
    const time = performance.now() / 1000;
    this.#samples.push({ time, out: this.out });
    while (this.#samples[0]!.time < time - span) this.#samples.shift();
  }

  /** The figures of a report. */
  figures(): Pick<CameraReport, "framesIn" | "framesOut" | "fps" | "drops" | "latency"> {
    this.#readDrops();
    const drops = this.drops.record();
    let dropped = 0;
    for (const [cause, count] of Object.entries(this.#sourceDrops)) {
      drops[cause] = (drops[cause] ?? 0) + count;
      dropped += count;
    }
    return {
      framesIn: this.taken + dropped,
      framesOut: this.out,
      fps: Math.round(this.#rate() * 100) / 100,
      drops,
      latency: this.latency.percentiles(),
    };
  }

  #readDrops(): void {
    if (this.#source) this.#sourceDrops = this.#source.drops();
  }

  #rate(): number {
    if (this.#began === undefined) return 0;
    const time = this.#ended ?? performance.now() / 1000;
    const first = this.#ended === undefined ? this.#samples[0] : undefined;
    const since = first?.time ?? this.#began;
    return time > since ? (this.out - (first?.out ?? 0)) / (time - since) : 0;
  }
}
