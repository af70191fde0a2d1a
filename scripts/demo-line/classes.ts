/**
 * What the demo line carries and what can be wrong with it. This is the only list: the generator,
 * the annotations, the training and the tests read it.
 */

/** Kinds of part, in the order of their classes. */
export const kinds = ["washer", "nut", "bolt", "cap", "bearing"] as const;
/** One kind of part. */
export type Kind = typeof kinds[number];

/** Defects, in the order of their classes within a kind. */
export const defects = ["scratch", "chip", "missing-hole", "particle"] as const;
/** One defect. */
export type Defect = typeof defects[number];

/** The defects that a kind can have: a bolt and a cap have no hole to miss. */
export function defectsOf(kind: Kind): readonly Defect[] {
  const whole = kind === "bolt" || kind === "cap";
  return whole ? defects.filter((defect) => defect !== "missing-hole") : defects;
}

/** The label of a part: its kind alone if it is good, else `kind:defect`. */
export function label(kind: Kind, defect: Defect | null): string {
  return defect === null ? kind : `${kind}:${defect}`;
}

/** A class: its label and what it says. */
export interface PartClass {
  readonly name: string;
  readonly kind: Kind;
  readonly defect: Defect | null;
}

/** All classes: the five kinds, then each kind's defects. The index is the detector's class. */
export const classes: readonly PartClass[] = [
  ...kinds.map((kind) => ({ name: label(kind, null), kind, defect: null })),
  ...kinds.flatMap((kind) =>
    defectsOf(kind).map((defect) => ({ name: label(kind, defect), kind, defect }))
  ),
];

const ids = new Map(classes.map(({ name }, index) => [name, index + 1]));

/** The category of a part in annotations, counted from 1. */
export function categoryId(kind: Kind, defect: Defect | null): number {
  const id = ids.get(label(kind, defect));
  if (id === undefined) throw new RangeError(`a ${kind} has no defect ${defect}`);
  return id;
}
