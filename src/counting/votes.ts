import { defectOf, kindOf } from "./pattern.ts";

/** How votes become a verdict. */
export interface VerdictRules {
  /** Whether a class is of bad parts. */
  readonly rejects: (name: string) => boolean;
  /** Share of all votes, 0 to 1, from which those for bad parts decide. */
  readonly share: number;
}

/** What the frames of one thing say of it. */
export interface Verdict {
  /** The class with most votes, among those that agree with the verdict. */
  readonly class: string;
  /** The kind of part with most votes: class names up to their colon. */
  readonly part: string;
  readonly verdict: "good" | "rejected";
  /** Of a rejected part, the defect with most votes. */
  readonly defect?: string;
  /** Mean score of the frames that voted for `class`. */
  readonly score: number;
  /** Share of the votes that the verdict has, 0 to 1. */
  readonly share: number;
}

/** Votes of one thing's frames for classes, weighted. */
export class Votes {
  readonly #classes = new Map<string, { weight: number; score: number; frames: number }>();

  /** One frame's vote. `weight` is what it counts, `score` what the detector said. */
  add(name: string, score: number, weight: number): void {
    const votes = this.#classes.get(name);
    if (votes) {
      votes.weight += weight;
      votes.score += score;
      votes.frames++;
    } else this.#classes.set(name, { weight, score, frames: 1 });
  }

  /** The verdict so far. There must have been a vote. */
  judge({ rejects, share }: VerdictRules): Verdict {
    let [all, bad] = [0, 0];
    const kinds = new Map<string, number>();
    const defects = new Map<string, number>();
    for (const [name, { weight }] of this.#classes) {
      all += weight;
      add(kinds, kindOf(name), weight);
      if (!rejects(name)) continue;
      bad += weight;
      add(defects, defectOf(name), weight);
    }
    const rejected = defects.size > 0 && bad >= share * all;
    const agreeing = new Map<string, number>();
    for (const [name, { weight }] of this.#classes) {
      if (rejects(name) === rejected) agreeing.set(name, weight);
    }
    const name = most(agreeing);
    const { score, frames } = this.#classes.get(name)!;
    return {
      class: name,
      part: most(kinds),
      verdict: rejected ? "rejected" : "good",
      ...(rejected && { defect: most(defects) }),
      score: score / frames,
      share: all > 0 ? (rejected ? bad : all - bad) / all : 0,
    };
  }
}

function add(sums: Map<string, number>, name: string, weight: number): void {
  sums.set(name, (sums.get(name) ?? 0) + weight);
}

/** The name with most; of equals the first. */
function most(sums: ReadonlyMap<string, number>): string {
  let best: [string, number] | undefined;
  for (const one of sums) if (!best || one[1] > best[1]) best = one;
  return best![0];
}
