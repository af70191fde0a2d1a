import { mostDetections, thresholds } from "./match.ts";
import type { CocoEvaluation } from "./coco.ts";
import { mean, meanPrecision, PrecisionReader } from "./precision.ts";
import { generator } from "./random.ts";

/** The figures that a bootstrap tells the uncertainty of. */
export const resampledFigures = ["AP", "AP50", "AP75"] as const;

/** A range that holds a figure with a given probability. */
export interface Interval {
  /** Its lower end. */
  readonly low: number;
  /** Its upper end. */
  readonly high: number;
}

/** One {@linkcode Interval} for each of the figures. */
export type Intervals = Readonly<Record<typeof resampledFigures[number], Interval>>;

/** How to draw. */
export interface BootstrapOptions {
  /** How often, 200 if not said. */
  readonly resamples?: number;
  /** Of the random numbers: the same seed draws the same pictures. */
  readonly seed?: number;
  /** Probability that an interval is to hold, 0.95 if not said. */
  readonly confidence?: number;
}

/** What a bootstrap says of several evaluations on the same pictures. */
export interface Bootstrap {
  /** Of each evaluation. */
  readonly figures: readonly Intervals[];
  /** Of each evaluation's difference to the first. */
  readonly differences: readonly Intervals[];
}

/**
 * How much figures, and their differences, depend on the pictures they were taken on: draws as many
 * pictures as there are, with replacement, again and again, and scores what was matched in them. All
 * evaluations are scored on the same draws (paired), which is what makes a small difference tell.
 *
 * @param images How many pictures there are, those without a detection included.
 */
export function bootstrap(
  evaluations: readonly CocoEvaluation[],
  images: number,
  { resamples = 200, seed = 1, confidence = 0.95 }: BootstrapOptions = {},
): Bootstrap {
  const next = generator(seed);
  const reader = new PrecisionReader();
  const weights = new Uint32Array(images);
  /** Evaluation, figure, draw. */
  const drawn = evaluations.map(() => resampledFigures.map(() => new Float64Array(resamples)));
  for (let draw = 0; draw < resamples; draw++) {
    weights.fill(0);
    for (let i = 0; i < images; i++) weights[Math.floor(next() * images)]!++;
    evaluations.forEach((evaluation, e) => {
      const values = precisions(evaluation, reader, weights);
      values.forEach((value, figure) => drawn[e]![figure]![draw] = value);
    });
  }
  const intervals = (of: (figure: number) => Float64Array): Intervals => {
    const entries = resampledFigures.map((name, figure) =>
      [name, interval(of(figure), confidence)] as const
    );
    return Object.fromEntries(entries) as Record<typeof resampledFigures[number], Interval>;
  };
  return {
    figures: drawn.map((own) => intervals((figure) => own[figure]!)),
    differences: drawn.map((own) =>
      intervals((figure) => own[figure]!.map((value, draw) => value - drawn[0]![figure]![draw]!))
    ),
  };
}

const at = [undefined, thresholds.indexOf(0.5), thresholds.indexOf(0.75)];

/** Of one draw: AP, AP50, AP75. */
function precisions(
  { matches }: CocoEvaluation,
  reader: PrecisionReader,
  weights: Uint32Array,
): number[] {
  const classes: number[][] = at.map(() => []);
  for (const one of matches) {
    const read = reader.read(one, 0, mostDetections, weights);
    if (read.positives === 0) continue;
    at.forEach((t, figure) => classes[figure]!.push(meanPrecision(read, t)));
  }
  return classes.map((values) => values.length > 0 ? mean(values) : 0);
}

function interval(values: Float64Array, confidence: number): Interval {
  const sorted = values.slice().sort();
  const quantile = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
  };
  return { low: quantile((1 - confidence) / 2), high: quantile((1 + confidence) / 2) };
}
