/** A picture that might be kept, with what the float model finds in it. */
export interface Candidate {
  /** Class ids of what it finds with some certainty, one for each object. */
  readonly classes: readonly number[];
}

/** Objects in one picture that count: a crowd shows no more than so many do. */
const mostCounted = 40;

/**
 * Chooses pictures to keep: of those with something in them, first the one that adds most, counting
 * objects of classes that are hardly there yet more, then the next. Where fewer have something in them
 * than are wanted, the others are taken at even distances.
 *
 * @param most How many to choose at most.
 * @returns Indices, ascending.
 */
export function chosen(candidates: readonly Candidate[], most: number): number[] {
  const counts = new Map<number, number>();
  const taken = new Set<number>();
  while (taken.size < most) {
    let [best, gain] = [-1, 0];
    candidates.forEach((candidate, index) => {
      if (taken.has(index)) return;
      const worth = worthOf(candidate, counts);
      if (worth > gain) [best, gain] = [index, worth];
    });
    if (best < 0) break;
    taken.add(best);
    for (const one of candidates[best]!.classes) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  const rest = candidates.map((_, index) => index).filter((index) => !taken.has(index));
  const lacking = Math.min(most - taken.size, rest.length);
  for (let i = 0; i < lacking; i++) {
    taken.add(rest[Math.floor((i + 0.5) * rest.length / lacking)]!);
  }
  return [...taken].sort((a, b) => a - b);
}

function worthOf({ classes }: Candidate, counts: ReadonlyMap<number, number>): number {
  const here = new Map(counts);
  let worth = 0;
  for (const one of classes.slice(0, mostCounted)) {
    const before = here.get(one) ?? 0;
    // The tenth washer tells less than the first nut.
    worth += 1 / (1 + before / 4);
    here.set(one, before + 1);
  }
  return worth;
}
