import { categoryId, type Defect, defects, type Kind } from "../classes.ts";
import type { Sighting } from "../motion/draw.ts";
import type { Traveller } from "../motion/path.ts";
import { leastVisible, roundBox } from "../scene/label.ts";

/** What is true of one part. Frames are counted from 1, as in MOTChallenge's files. */
export interface PartTruth {
  readonly id: number;
  readonly kind: Kind;
  readonly defect: Defect | null;
  /** The frames in which at least a quarter of it is seen first and last. */
  readonly first: number;
  readonly last: number;
  /** The first frame in which its middle is on or beyond the line; null if it never gets there. */
  readonly crossed: number | null;
}

/** Totals of the parts that cross the line. */
export interface Verdicts {
  readonly seen: number;
  readonly counted: number;
  readonly good: number;
  readonly rejected: number;
  readonly byDefect: Readonly<Record<Defect, number>>;
}

/** Gathers what is true of a clip, frame by frame. */
export class TruthBook {
  readonly #lines: string[] = [];
  readonly #parts = new Map<number, { first: number; last: number; crossed: number | null }>();
  readonly #middles = new Map<number, number>();
  readonly #travellers: ReadonlyMap<number, Traveller>;
  #frame = 0;

  /** `line` is the counting line's x in pixels. */
  constructor(parts: readonly Traveller[], private readonly line: number) {
    this.#travellers = new Map(parts.map((part) => [part.id, part]));
  }

  /** Takes the next frame's sightings. */
  add(sightings: readonly Sighting[]): void {
    const frame = ++this.#frame;
    for (const { id, middle, seen } of sightings) {
      const before = this.#middles.get(id);
      this.#middles.set(id, middle);
      const part = this.#parts.get(id);
      if (part && part.crossed === null && before! < this.line && middle >= this.line) {
        part.crossed = frame;
      }
      if (seen.visible < leastVisible) continue;
      if (part) part.last = frame;
      else this.#parts.set(id, { first: frame, last: frame, crossed: null });
      const { kind, defect } = this.#travellers.get(id)!.spec;
      const visible = Math.min(seen.visible, 1).toFixed(2);
      this.#lines.push(
        [frame, id, ...roundBox(seen.box), 1, categoryId(kind, defect), visible].join(","),
      );
    }
  }

  /** MOTChallenge's gt.txt: frame, id, x, y, width, height, 1, class, visibility. */
  mot(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  /** All parts that were seen, in the order of their ids. */
  parts(): PartTruth[] {
    return [...this.#parts].sort(([a], [b]) => a - b).map(([id, times]) => {
      const { kind, defect } = this.#travellers.get(id)!.spec;
      return { id, kind, defect, ...times };
    });
  }

  /** The totals. */
  verdicts(): Verdicts {
    const parts = this.parts();
    const counted = parts.filter((part) => part.crossed !== null);
    const rejected = counted.filter((part) => part.defect !== null);
    const byDefect = Object.fromEntries(
      defects.map((name) => [name, rejected.filter((part) => part.defect === name).length]),
    ) as Record<Defect, number>;
    return {
      seen: parts.length,
      counted: counted.length,
      good: counted.length - rejected.length,
      rejected: rejected.length,
      byDefect,
    };
  }
}
