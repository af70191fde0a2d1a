import {
  type ClassMap,
  type GroundTruth,
  mapClasses,
  pairPictures,
  restrictTruth,
} from "../../evaluate/mod.ts";
import { DataError } from "../../evaluate/error.ts";

/** Annotations of calibration pictures. */
export interface Annotated {
  /** Pictures that have a record, in the order of the records. */
  readonly images: readonly string[];
  /** What is known of these pictures, and how the model's classes are called there. */
  of(images: readonly string[]): [truth: GroundTruth, map: ClassMap];
}

/**
 * Brings annotations and pictures together.
 *
 * @param labels The model's classes.
 * @param model What messages call it.
 * @throws {DataError} None of the pictures is annotated, or the classes are other ones.
 */
export function annotate(
  truth: GroundTruth,
  images: readonly string[],
  labels: readonly string[],
  model: string,
): Annotated {
  const { paths } = pairPictures(truth, images);
  const known = paths.filter((path) => path !== undefined);
  if (known.length === 0) {
    throw new DataError(
      truth.name,
      `none of the ${images.length} calibration images is among its \`images\`: it has ` +
        `${truth.images[0]?.fileName ?? "none"}, there is ${images[0]}`,
    );
  }
  const map = mapClasses(labels, truth, model);
  return {
    images: known,
    of: (chosen) => {
      const wanted = new Set(chosen);
      return [restrictTruth(truth, (index) => wanted.has(paths[index] ?? "")), map];
    },
  };
}
