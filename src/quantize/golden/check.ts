import { agreementOf } from "../../evaluate/agreement.ts";
import type { Detection } from "../../runtime/packet.ts";
import type { GoldenAnswer } from "./golden.ts";

/** Answers that score at least this are looked for: weaker ones come and go with a rounding. */
export const wantedScore = 0.4;
/** What must be scored to count as found. */
export const foundScore = 0.25;
/** Least share of the answers that must be found. */
export const leastRecall = 0.97;
/** Of fewer answers than this, all must be found; of more, one may always be missing. */
const fewAnswers = 5;

/** How an INT8 engine did on the golden pictures. */
export interface SelfCheck {
  /** Pictures it was shown. */
  readonly pictures: number;
  /** Answers of the float model that were looked for. */
  readonly wanted: number;
  /** Of these, how many have a detection of their class that overlaps (IoU at least 0.5). */
  readonly found: number;
  /** found / wanted; 1 where nothing is wanted. */
  readonly recall: number;
  /** Of what was found, mean difference of scores; negative: the INT8 engine is less sure. */
  readonly scoreBias: number;
  /** Detections that score as much as what is wanted, where the float model has nothing. */
  readonly strange: number;
  /** Classes with something missing, those with most first. */
  readonly missing: readonly {
    /** Its id. */
    readonly class: number;
    readonly wanted: number;
    readonly found: number;
  }[];
  /** Whether the engine can be trusted; also where nothing was wanted. */
  readonly passed: boolean;
}

/**
 * Compares what an INT8 engine finds in golden pictures with what the float model found. Of the float
 * model's answers those that score at least `wantedScore` are wanted; one is found if a detection of
 * the same class, of which each counts once, overlaps by at least half and scores `foundScore`. The
 * engine passes if `leastRecall` of them are found; of 5 answers or more, one may always be missing.
 *
 * @param found By picture, down to `foundScore`.
 * @param answers By picture.
 */
export function selfCheckOf(
  found: readonly (readonly Detection[])[],
  answers: readonly (readonly GoldenAnswer[])[],
): SelfCheck {
  const ours = found.map((list) => list.map((one) => ({ ...one, class: `${one.classId}` })));
  const all = answers.map((list) => list.map(detection));
  const wanted = all.map((list) => list.filter(({ score }) => score >= wantedScore));
  const { reference, matched, recall, scoreBias } = agreementOf(ours, wanted, { score: 0 });
  const strong = ours.map((list) => list.filter(({ score }) => score >= wantedScore));
  const known = agreementOf(strong, all, { score: 0 });
  const ids = [...new Set(wanted.flat().map(({ classId }) => classId))];
  const missing = ids.map((id) => {
    const of = (lists: readonly (readonly Detection[])[]) =>
      lists.map((list) => list.filter(({ classId }) => classId === id));
    const { reference, matched } = agreementOf(of(ours), of(wanted), { score: 0 });
    return { class: id, wanted: reference, found: matched };
  }).filter(({ wanted, found }) => found < wanted)
    .sort((a, b) => (b.wanted - b.found) - (a.wanted - a.found));
  const allowed = Math.max(
    reference >= fewAnswers ? 1 : 0,
    Math.floor(reference * (1 - leastRecall) + 1e-9),
  );
  return {
    pictures: answers.length,
    wanted: reference,
    found: matched,
    recall,
    scoreBias,
    strange: known.model - known.matched,
    missing,
    passed: reference - matched <= allowed,
  };
}

function detection({ class: classId, score, box }: GoldenAnswer): Detection {
  return { class: `${classId}`, classId, score, box };
}

/** What a self-check saw, in a sentence; class names by id. */
export function selfCheckText(check: SelfCheck, labels: readonly string[]): string {
  const { pictures, wanted, found, recall, scoreBias, strange, missing } = check;
  const names = missing.slice(0, 4).map((one) =>
    `${labels[one.class] ?? `class ${one.class}`} ${one.wanted - one.found} of ${one.wanted}`
  );
  const more = missing.length > 4 ? ` and of ${missing.length - 4} other classes` : "";
  const shift = Math.abs(scoreBias).toFixed(3);
  return `of ${wanted} objects that the float model finds in ${pictures} pictures, INT8 finds ` +
    `${found} (recall ${recall.toFixed(3)}, wanted ${leastRecall})` +
    (missing.length > 0 ? `; missing: ${names.join(", ")}${more}` : "") +
    (found > 0 ? `; scores ${shift} ${scoreBias < 0 ? "lower" : "higher"} on average` : "") +
    (strange > 0 ? `; ${strange} found where float finds nothing` : "");
}

/** What is likely behind a failed self-check, and what to do. */
export function likelyCause({ wanted, found, missing }: SelfCheck): string {
  if (found < wanted / 2) {
    return "ranges are damaged, or far from what the model's tensors hold: calibrate again " +
      "(lineside quantize) on images of the real scene";
  }
  const worst = missing[0];
  if (missing.length === 1 && worst && worst.wanted - worst.found > 1) {
    return "the calibration's images hold too little of that class, or its outputs suffer in INT8: " +
      "calibrate on more images of it, or keep the head float (quantize --head float)";
  }
  return "some layers suffer in INT8: calibrate on more images, or keep them float (quantize " +
    "--max-drop 0.3, --head float, --keep)";
}
