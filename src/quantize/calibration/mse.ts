import { absoluteMax, binWidth, type TensorHistogram } from "./histogram.ts";
import { gridOf, meanSquaredError } from "./quantizer.ts";
import { type Range, rangeWithin, type Scheme, wholeRange } from "./range.ts";

/** Ends are tried at so many parts of the whole, then at as many parts of a part around the best. */
const parts = 64;

/**
 * The range whose 8 bits err least on the values counted, by the mean of the squared error, what
 * is cut included. Each end is searched in turn, from the whole range on, until neither moves.
 */
export function mseRange(histogram: TensorHistogram, scheme: Scheme): Range {
  const whole = wholeRange(histogram, scheme);
  const pieces = piecesOf(histogram);
  if (pieces.length === 0) return whole;
  const errorOf = (range: Range) => error(pieces, range, scheme);
  if (scheme === "symmetric") {
    const end = absoluteMax(histogram);
    const [best] = search(end, (high) => errorOf({ min: -high, max: high }));
    return rangeWithin(histogram, scheme, -best, best);
  }
  let { min, max } = whole;
  let least = Infinity;
  for (let round = 0; round < 8; round++) {
    const [high, over] = search(whole.max, (end) => errorOf({ min, max: end }));
    max = high;
    const [low, under] = search(-whole.min, (end) => errorOf({ min: -end, max }));
    min = low === 0 ? 0 : -low;
    if (Math.min(over, under) >= least) break;
    least = Math.min(over, under);
  }
  return rangeWithin(histogram, scheme, min, max);
}

/** What 8 bits over a range err on the values counted: the mean of the squared error. */
export function expectedError(histogram: TensorHistogram, range: Range, scheme: Scheme): number {
  return error(piecesOf(histogram), range, scheme);
}

/** Values spread evenly between two places, as a share of all. */
interface Piece {
  readonly share: number;
  readonly from: number;
  readonly to: number;
}

/** The bins that are not empty; those at the ends reach no further than the values did. */
function piecesOf(histogram: TensorHistogram): Piece[] {
  const { bins, min, max } = histogram;
  const width = binWidth(histogram);
  const total = bins.reduce((sum, count) => sum + count, 0);
  const pieces: Piece[] = [];
  bins.forEach((count, i) => {
    if (count === 0) return;
    const left = (i - bins.length / 2) * width;
    pieces.push({
      share: count / total,
      from: Math.min(max, Math.max(min, left)),
      to: Math.max(min, Math.min(max, left + width)),
    });
  });
  return pieces;
}

function error(pieces: readonly Piece[], range: Range, scheme: Scheme): number {
  if (!(range.max > range.min)) return Infinity;
  const grid = gridOf(range, scheme);
  let sum = 0;
  for (const { share, from, to } of pieces) sum += share * meanSquaredError(from, to, grid);
  return sum;
}

/** The end between 0 and `whole` with the least error, and that error. The widest of equals. */
function search(whole: number, errorAt: (end: number) => number): [end: number, error: number] {
  let best = whole;
  let least = errorAt(whole);
  if (!(whole > 0)) return [whole, least];
  const attempt = (end: number) => {
    const found = errorAt(end);
    if (found < least) [best, least] = [end, found];
  };
  for (let part = parts - 1; part > 0; part--) attempt(whole * part / parts);
  const around = best;
  for (let part = parts - 1; part > -parts; part--) {
    const end = around + whole * part / (parts * parts);
    if (part !== 0 && end > 0 && end < whole) attempt(end);
  }
  return [best, least];
}
