import { nearest } from "../graph/names.ts";
import { DataError } from "./error.ts";
import type { GroundTruth } from "./truth.ts";

/** How a model's classes become categories: by name, by order, or by whichever fits. */
export type ClassRule = "auto" | "name" | "order";

/** Which category each class of a model is. */
export interface ClassMap {
  /** By class id: index into the ground truth's categories, −1 for none. */
  readonly category: Int32Array;
  /** How it was found. */
  readonly by: "name" | "order";
  /** Classes that the annotations do not have: what is found of them does not count. */
  readonly unused: readonly string[];
}

const plain = (name: string) => name.trim().toLowerCase().replaceAll(/[\s_-]+/g, "");

/**
 * Says which category each class of a model is. `auto`: by name where each category that has a box is
 * among the classes (case, spaces, `-` and `_` do not matter); else in order of ids where model and annotations
 * have the 80 classes of COCO, whatever the annotations call them.
 *
 * @param model What messages call it.
 * @param wanted Whether a category, by its index, must be among the classes; left out: all must.
 * @throws {DataError} Neither can be: the categories that are missing, each with the nearest class.
 */
export function mapClasses(
  labels: readonly string[],
  truth: GroundTruth,
  model: string,
  rule: ClassRule = "auto",
  wanted: (category: number) => boolean = () => true,
): ClassMap {
  const { categories } = truth;
  const inOrder = (): ClassMap => ({
    category: Int32Array.from(labels, (_, id) => id < categories.length ? id : -1),
    by: "order",
    unused: labels.slice(categories.length),
  });
  if (rule === "order") {
    if (labels.length === categories.length) return inOrder();
    throw new DataError(
      model,
      `has ${labels.length} classes, ${truth.name} has ${categories.length}: ` +
        "only as many can be the same in order",
    );
  }
  const byName = new Map(categories.map(({ name }, index) => [plain(name), index]));
  const category = Int32Array.from(labels, (label) => byName.get(plain(label)) ?? -1);
  const known = new Set(category);
  const used = new Set(truth.category);
  const missing = categories.filter((_, index) =>
    wanted(index) && used.has(index) && !known.has(index)
  );
  if (missing.length === 0) {
    return { category, by: "name", unused: labels.filter((_, id) => category[id]! < 0) };
  }
  if (rule === "auto" && labels.length === 80 && categories.length === 80) return inOrder();
  const told = missing.slice(0, 5).map(({ name }) => {
    const near = nearest(name, labels);
    return `\`${name}\`${near === undefined ? "" : ` (is it \`${near}\`?)`}`;
  });
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : "";
  throw new DataError(
    model,
    `has no class for ${missing.length === 1 ? "the category" : "the categories"} ${
      told.join(", ")
    }${more} of ${truth.name}; its ${labels.length} classes are ${some(labels)}`,
  );
}

function some(labels: readonly string[]): string {
  const first = labels.slice(0, 6).map((label) => `\`${label}\``).join(", ");
  return labels.length > 6 ? `${first} …` : first;
}
