import { evaluateTracks, parseTracks } from "../../evaluate/mod.ts";
import { DataError } from "../../evaluate/error.ts";
import { readData } from "./errors.ts";
import type { EvaluateOptions } from "./options.ts";
import { table } from "../tables.ts";
import { print, printError } from "../terminal.ts";

/** `evaluate --tracks RESULT --truth TRUTH`. */
export async function evaluateTrackFiles(
  tracks: string,
  truth: string,
  options: Pick<EvaluateOptions, "rows" | "class" | "distractors" | "counting" | "json" | "quiet">,
): Promise<void> {
  const { figures, rows } = evaluateTracks(
    parseTracks(await readData(truth), truth),
    parseTracks(await readData(tracks), tracks),
    {
      rows: options.rows,
      classId: options.class,
      distractors: options.distractors,
      counting: options.counting,
    },
  );
  if (rows.truth === 0) {
    const left = [
      rows.unmarked > 0 && `${rows.unmarked} have mark 0`,
      rows.otherClass > 0 && `${rows.otherClass} are not of class ${options.class}`,
    ].filter(Boolean).join(", ");
    throw new DataError(
      truth,
      left ? `no row is to be considered: ${left}; --rows all takes them` : "has no row",
    );
  }
  if (!options.quiet) {
    const ignored = [
      rows.unmarked > 0 && `${rows.unmarked} with mark 0`,
      rows.otherClass > 0 && `${rows.otherClass} of classes other than ${options.class}`,
    ].filter(Boolean);
    const out = ignored.length > 0 ? `; left out ${ignored.join(" and ")}` : "";
    const on = rows.onDistractors > 0 ? `; left out ${rows.onDistractors} on distractors` : "";
    printError(`truth: ${rows.truth} rows of ${truth}${out}\n`);
    printError(`tracks: ${rows.result} rows of ${tracks}${on}\n`);
  }
  if (options.json) return print(JSON.stringify({ ...figures, rows }) + "\n");
  const texts = Object.entries(figures).map(([name, value]) => [
    name,
    counts.has(name) ? String(value) : (value as number).toFixed(4),
  ]);
  print(table(["figure", "value"], texts, { from: 1, to: 2 }, Deno.stdout));
}

const counts = new Set(["IDSW", "FP", "FN", "Frag", "MT", "PT", "ML"]);
