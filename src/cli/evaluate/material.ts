import { listImages } from "../../elements/image_files.ts";
import { DataError } from "../../evaluate/error.ts";
import {
  type GroundTruth,
  pairPictures,
  parseAnnotations,
  restrictTruth,
} from "../../evaluate/mod.ts";
import { readData } from "./errors.ts";
import { selectCategories, type Selection } from "./only.ts";
import type { EvaluateOptions } from "./options.ts";

/** Pictures to run on, and what was left out. */
export interface Material {
  /** The records of the pictures, in the same order; undefined without annotations. */
  readonly truth: GroundTruth | undefined;
  /** What is scored of the annotations; undefined without any. */
  readonly selection: Selection | undefined;
  readonly pictures: readonly string[];
  readonly withoutRecord: readonly string[];
  readonly withoutPicture: readonly string[];
}

/**
 * Reads annotations, lists pictures and brings them together.
 *
 * @throws {DataError} a file is wrong, or none of the pictures is annotated.
 * @throws {ImageListError} a list of pictures is wrong.
 */
export async function gather(options: EvaluateOptions): Promise<Material> {
  const { annotations } = options;
  const selection = annotations === undefined
    ? undefined
    : selectCategories(parseAnnotations(await readData(annotations), annotations), options.only);
  const all = selection?.truth;
  const files = await listImages(options.images!);
  if (!all) return { truth: undefined, selection, pictures: files, ...nothingLeftOut };
  const { paths, unknown } = pairPictures(all, files);
  const withoutPicture = all.images.filter((_, i) => paths[i] === undefined)
    .map(({ fileName }) => fileName);
  if (withoutPicture.length === all.images.length) {
    throw new DataError(
      all.name,
      `no picture of ${options.images} is among its \`images\`: it has ${
        some(withoutPicture)
      }, there are ${some(files)}`,
    );
  }
  return {
    selection,
    truth: restrictTruth(all, (index) => paths[index] !== undefined),
    pictures: paths.filter((path) => path !== undefined),
    withoutRecord: unknown,
    withoutPicture,
  };
}

const nothingLeftOut = { withoutRecord: [], withoutPicture: [] };

/** What there is and what was left out, in lines for people. */
export function materialNote(
  { truth, pictures, withoutRecord, withoutPicture }: Material,
  options: {
    readonly images?: string;
  },
): string {
  const lines = [`${pictures.length} images${truth ? `, ${truth.image.length} boxes` : ""}`];
  if (withoutRecord.length > 0) {
    lines.push(
      `${withoutRecord.length} images are not in ${truth!.name} and are not run: ${
        some(withoutRecord)
      }`,
    );
  }
  if (withoutPicture.length > 0) {
    lines.push(
      `${withoutPicture.length} records of ${truth!.name} have no picture in ${options.images} ` +
        `and are left out: ${some(withoutPicture)}`,
    );
  }
  return lines.join("\n") + "\n";
}

/** The first few of many. */
export function some(names: readonly string[]): string {
  return names.slice(0, 3).join(", ") + (names.length > 3 ? " …" : "");
}
