import { closest } from "fastest-levenshtein";
import { Counter, matcher, type Point } from "../counting/mod.ts";
import type { Packet } from "../runtime/packet.ts";
import type { CountOptions } from "./count.ts";
import type { ElementContext, ElementInstance } from "./declaration.ts";
import type { ElementSummary } from "./summary.ts";

/** Counts the things of one camera. */
export class LineCount implements ElementInstance {
  readonly #counter: Counter;
  readonly #id: string;
  readonly #judged: boolean;

  constructor(options: CountOptions, readonly context: ElementContext) {
    const { line, zone, reject, defects, classes } = options;
    for (const [name, patterns] of Object.entries({ reject, defects, classes })) {
      this.#checkNames(name, patterns ?? []);
    }
    const rejects = matcher(reject ?? []);
    this.#id = context.id;
    this.#judged = reject !== undefined || defects !== undefined;
    this.#counter = new Counter({
      shape: {
        kind: line ? "line" : "zone",
        points: (line ?? zone) as unknown as readonly Point[],
        band: options.band,
      },
      direction: options.direction ?? "any",
      on: options.on ?? "leave",
      anchor: options.point,
      memory: options.memory,
      frames: options.frames,
      counts: classes ? matcher(classes) : () => true,
      flaws: matcher(defects ?? []),
      ...(this.#judged && { rules: { rejects, share: options.share } }),
    });
  }

  process(packet: Packet): Packet {
    const counted = this.#counter.update({
      number: packet.number,
      pts: packet.pts,
      width: packet.frame.width,
      height: packet.frame.height,
      detections: packet.detections ?? [],
    });
    return { ...packet, data: { ...packet.data, [this.#id]: counted } };
  }

  close(): void {
    const late = this.#counter.finish();
    if (late.length === 0) return;
    const bad = late.filter(({ verdict }) => verdict === "rejected").length;
    this.context.report(
      bad > 0 ? "warning" : "info",
      `${late.length} counted as the stream ended, after the last frame` +
        (bad > 0 ? `; ${bad} of them rejected, without an event or evidence` : ""),
    );
  }

  statistics(): Record<string, number> {
    const { seen, good, rejected } = this.#counter.totals;
    return { seen, good, rejected, ...this.#counter.statistics };
  }

  summary(): ElementSummary {
    const { seen, good, rejected, defects, classes } = this.#counter.totals;
    return {
      figures: this.#judged
        ? { seen, good, rejected, "by defect": defects }
        : { seen, "by class": classes },
    };
  }

  /** A misspelt class would never be found, and nobody would notice. */
  #checkNames(option: string, patterns: readonly string[]): void {
    const { path = "", labels = [] } = this.context.model ?? {};
    if (labels.length === 0) return;
    for (const pattern of patterns) {
      if (labels.some(matcher([pattern]))) continue;
      const nearest = pattern.includes("*") ? "" : `; is it "${closest(pattern, [...labels])}"?`;
      // No fault: an element between may give classes of its own.
      this.context.report("warning", `${option}: ${path} has no class "${pattern}"${nearest}`);
    }
  }
}
