import { DataError } from "../../evaluate/error.ts";
import {
  type Agreement,
  agreementOf,
  evaluateDetections,
  restrictTruth,
} from "../../evaluate/mod.ts";
import type { Detection } from "../../runtime/packet.ts";
import { drawCharts } from "./charts.ts";
import { gather, materialNote } from "./material.ts";
import { openCandidates, type Run, runCandidates } from "./run.ts";
import type { Scored } from "./scored.ts";
import { showScores } from "./scores.ts";
import { agreementTable, shortNames } from "./tables.ts";
import type { EvaluateOptions } from "./options.ts";
import { print, printError } from "../terminal.ts";

/** `evaluate MODEL…`. */
export async function evaluateModels(
  models: readonly string[],
  options: EvaluateOptions,
): Promise<void> {
  const { against, score } = options;
  const material = await gather(options);
  const candidates = await openCandidates(models, against, material.selection, options);
  if (!options.quiet) printError(materialNote(material, options));
  const runs = await runCandidates(candidates, material.pictures, options);
  // The same files for all.
  const { decoded } = runs[0]!;
  const evaluated = decoded.filter(Boolean).length;
  if (evaluated === 0) throw new DataError(options.images!, "not one picture could be decoded");
  const wanted = runs.filter(({ role }) => role.asked);
  const reference = runs.find(({ role }) => role.reference);
  const agreements = new Map<string, Agreement>();
  for (const run of reference ? wanted : []) {
    agreements.set(run.name, agreementOf(run.strong, alike(reference!, run), { score }));
  }
  const more = {
    precision: options.precision,
    images: {
      evaluated,
      withoutRecord: material.withoutRecord.length,
      withoutPicture: material.withoutPicture.length,
      undecodable: decoded.length - evaluated,
    },
    ...(against !== undefined && { against }),
  };
  if (!material.truth) return showAgreements(wanted, agreements, options, more);
  const truth = restrictTruth(material.truth, (index) => decoded[index]!);
  const scored = wanted.map(({ name, found, imagesPerSecond }): Scored => ({
    name,
    detections: found!,
    evaluation: evaluateDetections(truth, found!),
    imagesPerSecond,
    agreement: agreements.get(name),
  }));
  await drawCharts(truth, scored, options);
  showScores(truth, scored, options, more);
}

/** A reference's detections; by the model's class names, where the two have none in common but as many. */
function alike(reference: Run, { labels }: Run): readonly (readonly Detection[])[] {
  const own = reference.labels;
  const named = own.length !== labels.length || own.some((label) => labels.includes(label));
  if (named) return reference.strong;
  return reference.strong.map((found) =>
    found.map((one) => ({ ...one, class: labels[one.classId]! }))
  );
}

function showAgreements(
  runs: readonly Run[],
  agreements: ReadonlyMap<string, Agreement>,
  options: EvaluateOptions,
  more: Readonly<Record<string, unknown>>,
): void {
  if (!options.json) {
    const names = shortNames(runs.map(({ name }) => name));
    return print(agreementTable(runs.map(({ name }, i) => [names[i]!, agreements.get(name)!])));
  }
  const objects = runs.map(({ name, imagesPerSecond }) => (
    { name, agreement: agreements.get(name)!, imagesPerSecond }
  ));
  const all = runs.length === 1
    ? objects[0]
    : { models: Object.fromEntries(objects.map((one) => [one.name, one])) };
  print(JSON.stringify({ ...all, ...more }) + "\n");
}
