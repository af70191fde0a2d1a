import type { GroundTruth } from "./truth.ts";

/** Which picture file belongs to which record of the annotations. */
export interface PairedPictures {
  /** By index into the ground truth's images; undefined: no such file was given. */
  readonly paths: readonly (string | undefined)[];
  /** Files that the annotations do not know. */
  readonly unknown: readonly string[];
}

/**
 * Finds each picture's record by its file name. Of several records that end in the same name, the one
 * that agrees with most of the path's folders is meant.
 */
export function pairPictures(truth: GroundTruth, files: readonly string[]): PairedPictures {
  const byName = new Map<string, number[]>();
  for (const [index, { fileName }] of truth.images.entries()) {
    const name = parts(fileName).at(-1)!;
    const list = byName.get(name);
    if (list) list.push(index);
    else byName.set(name, [index]);
  }
  const paths: (string | undefined)[] = truth.images.map(() => undefined);
  const unknown: string[] = [];
  for (const file of files) {
    const folders = parts(file);
    const candidates = byName.get(folders.at(-1)!) ?? [];
    let best: number | undefined;
    let most = 0;
    for (const index of candidates) {
      const common = commonEnd(folders, parts(truth.images[index]!.fileName));
      if (common > most && paths[index] === undefined) [best, most] = [index, common];
    }
    if (best === undefined) unknown.push(file);
    else paths[best] = file;
  }
  return { paths, unknown };
}

function parts(path: string): string[] {
  return path.replaceAll("\\", "/").split("/").filter((part) => part !== "" && part !== ".");
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a.at(-1 - count) === b.at(-1 - count)) count++;
  return count;
}
