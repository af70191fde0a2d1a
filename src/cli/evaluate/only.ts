import { DataError } from "../../evaluate/error.ts";
import { type GroundTruth, restrictTruth } from "../../evaluate/mod.ts";
import { suggestion } from "../../graph/names.ts";

/** The categories that are scored. */
export interface Selection {
  /** With all categories. */
  readonly all: GroundTruth;
  /** With the selected ones. */
  readonly truth: GroundTruth;
  /** By index into `all.categories`: index into `truth.categories`, −1 for those left out. */
  readonly index: Int32Array;
}

/**
 * The categories of `--only`, names with commas between them; left out: all.
 *
 * @throws {DataError} there is no such category.
 */
export function selectCategories(all: GroundTruth, only: string | undefined): Selection {
  const names = all.categories.map(({ name }) => name);
  if (only === undefined) return { all, truth: all, index: Int32Array.from(names.keys()) };
  const wanted = new Set(only.split(",").map((name) => name.trim()));
  for (const name of wanted) {
    if (names.includes(name)) continue;
    throw new DataError(all.name, `has no category \`${name}\`${suggestion(name, names)}`);
  }
  let next = 0;
  return {
    all,
    truth: restrictTruth(all, undefined, (index) => wanted.has(names[index]!)),
    index: Int32Array.from(names, (name) => wanted.has(name) ? next++ : -1),
  };
}
