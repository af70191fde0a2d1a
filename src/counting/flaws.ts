import type { Detection } from "../runtime/packet.ts";
import { area, contains } from "./geometry.ts";

/**
 * Says which part each flaw is on: the smallest box with the flaw's centre in it. Of several flaws on
 * one part the one with the highest score stays. A flaw on no part belongs to none.
 */
export function flawsOf(
  parts: readonly Detection[],
  flaws: readonly Detection[],
): Map<Detection, Detection> {
  const found = new Map<Detection, Detection>();
  for (const flaw of flaws) {
    const [x1, y1, x2, y2] = flaw.box;
    const part = parts.filter(({ box }) => contains(box, [(x1 + x2) / 2, (y1 + y2) / 2]))
      .reduce<Detection | undefined>(
        (smallest, one) => smallest && area(smallest.box) <= area(one.box) ? smallest : one,
        undefined,
      );
    if (part && flaw.score > (found.get(part)?.score ?? 0)) found.set(part, flaw);
  }
  return found;
}
