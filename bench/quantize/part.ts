import type { Material } from "./material.ts";
import type { Subject } from "./subjects.ts";

/** What every part is given. */
export interface Context {
  /** Where models, calibrations and scores are kept. */
  readonly work: string;
  readonly material: Material;
  /** Those asked for. */
  readonly subjects: readonly Subject[];
  /** Of timings, and frames in each. */
  readonly rounds: number;
  readonly frames: number;
  /** Fewer points and pictures. */
  readonly quick: boolean;
  /** Says on standard error what goes on. */
  readonly report: (text: string) => void;
}

/** A table with a line above it and lines below. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

/** What a part found. */
export interface Outcome {
  readonly tables: readonly Table[];
  /** SVG by file name, without its ending. */
  readonly plots?: Readonly<Record<string, string>>;
  /** All figures unrounded, for --json. */
  readonly data: unknown;
}

/** One comparison. */
export interface Part {
  /** In one line, for --help, with the minutes it takes on two quiet cores. */
  readonly summary: string;
  run(context: Context): Promise<Outcome>;
}

/** Points of AP, signed: `-0.31`. */
export function points(difference: number): string {
  const value = difference * 100;
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/** `0.7116`; a dash where there is none. */
export function ap(value: number | undefined): string {
  return value === undefined || value < 0 ? "–" : value.toFixed(4);
}

/** `87.2 %` */
export function percent(share: number | undefined): string {
  return share === undefined ? "–" : `${(share * 100).toFixed(1)} %`;
}
