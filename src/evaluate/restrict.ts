import type { GroundTruth } from "./truth.ts";

/**
 * The part of a ground truth that has these pictures, and these classes.
 *
 * @param images Whether to keep each of `truth.images`; left out: all.
 * @param categories Whether to keep each of `truth.categories`; left out: all.
 */
export function restrictTruth(
  truth: GroundTruth,
  images?: (index: number) => boolean,
  categories?: (index: number) => boolean,
): GroundTruth {
  const image = renumbered(truth.images.length, images);
  const category = renumbered(truth.categories.length, categories);
  const rows = [...truth.image.keys()].filter((row) =>
    image[truth.image[row]!]! >= 0 && category[truth.category[row]!]! >= 0
  );
  return {
    name: truth.name,
    images: truth.images.filter((_, index) => image[index]! >= 0),
    categories: truth.categories.filter((_, index) => category[index]! >= 0),
    image: Int32Array.from(rows, (row) => image[truth.image[row]!]!),
    category: Int32Array.from(rows, (row) => category[truth.category[row]!]!),
    box: Float64Array.from(rows.flatMap((row) => [...truth.box.subarray(row * 4, row * 4 + 4)])),
    area: Float64Array.from(rows, (row) => truth.area[row]!),
    crowd: Uint8Array.from(rows, (row) => truth.crowd[row]!),
  };
}

/** The new index of each, −1 for those that go. */
function renumbered(count: number, keep: (index: number) => boolean = () => true): Int32Array {
  let next = 0;
  return Int32Array.from({ length: count }, (_, index) => keep(index) ? next++ : -1);
}
