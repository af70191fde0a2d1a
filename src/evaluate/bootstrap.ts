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
 * A draw scores a little higher than its pictures do, because what is in it twice is found twice, and
 * because a class that is not in it does not count: an interval is that of the draws, moved so that their
 * mean is the figure.
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
  const figure = (e: number, name: typeof resampledFigures[number]) =>
    evaluations[e]!.figures[name];
  return {
    figures: drawn.map((own, e) =>
      intervalsOf((name, f) => {
        const { low, high } = interval(own[f]!, figure(e, name), confidence);
        return { low: Math.max(0, low), high: Math.min(1, high) };
      })
    ),
    differences: drawn.map((own, e) =>
      intervalsOf((name, f) => {
        const values = own[f]!.map((value, draw) => value - drawn[0]![f]![draw]!);
        return interval(values, figure(e, name) - figure(0, name), confidence);
      })
    ),
  };
}

function intervalsOf(
  make: (name: typeof resampledFigures[number], index: number) => Interval,
): Intervals {
  const entries = resampledFigures.map((name, index) => [name, make(name, index)] as const);
  return Object.fromEntries(entries) as Record<typeof resampledFigures[number], Interval>;
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

/** The middle of the values, moved so that their mean is at `centre`. */
function interval(values: Float64Array, centre: number, confidence: number): Interval {
  const sorted = values.slice().sort();
  const shift = centre - mean(values);
  const quantile = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!) + shift;
  };
  return { low: quantile((1 - confidence) / 2), high: quantile((1 + confidence) / 2) };
}
