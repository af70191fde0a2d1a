import { categoryId, type Defect, type Kind } from "../classes.ts";
import type { Seen } from "../draw/see.ts";
import type { PartSpec } from "../draw/sprite.ts";

/** A part with less of it in view than this is not labelled. */
export const leastVisible = 0.25;
/** A part with less of its defect in view than this looks like a good one, and is labelled so. */
const leastFlaw = 0.4;

/** What a person who sees the frame alone would write beside it. */
export interface Label {
  readonly kind: Kind;
  /** Null too if the defect is out of view, or under another part. */
  readonly defect: Defect | null;
  /** Category in annotations, counted from 1. */
  readonly category: number;
  /** x, y, width, height in pixels, to a tenth. */
  readonly box: readonly [number, number, number, number];
  /** Pixels seen. */
  readonly area: number;
}

/** The label of a part, or null if too little of it is in view. */
export function labelOf(spec: PartSpec, seen: Seen): Label | null {
  if (seen.visible < leastVisible) return null;
  const defect = seen.flaw >= leastFlaw ? spec.defect : null;
  return {
    kind: spec.kind,
    defect,
    category: categoryId(spec.kind, defect),
    box: roundBox(seen.box),
    area: Math.round(seen.area),
  };
}

/** x1, y1, x2, y2 as x, y, width, height, to a tenth of a pixel. */
export function roundBox(
  [x1, y1, x2, y2]: Seen["box"],
): readonly [number, number, number, number] {
  const [x, y] = [tenth(x1), tenth(y1)];
  return [x, y, tenth(tenth(x2) - x), tenth(tenth(y2) - y)];
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
