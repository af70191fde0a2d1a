import type { Range } from "./ranges.ts";

/**
 * How much of a channel's own range counts, the rest being what its weights ask for. With 1/2, 0.6,
 * 3/4, 0.9 and 1, boxes of three models calibrated by percentile were off by 2.0, 2.0, 2.1, 2.6 and
 * 2.1 % (YOLOX-Nano), 0.25, 0.26, 0.25, 0.28 and 0.28 % (parts-n), 2.4, 2.0, 0.9 and 1.4 %
 * (DeepPCB, not tried with 1), and by 2.4, 0.47 and 1.8 % with one range for all channels.
 */
const alpha = 3 / 4;
/** Of the widest range: the square of a step of 8 bits. A channel in which nothing was seen has it. */
const narrowest = 2 ** -16;
/** A share of weights as small as this is no reason for a coarser scale any more. */
const smallestShare = 2 ** -8;

/**
 * Widens channels' ranges so that their scales can be folded into the weights that read them. What a
 * channel gains by a finer scale, those weights lose, which have one scale for all channels: they
 * are multiplied by the channel's scale. As SmoothQuant balances them, a scale is to be as
 * range^α / weight^(1-α): Xiao et al. 2023, https://arxiv.org/abs/2211.10438.
 *
 * @param ranges What was seen, by channel.
 * @param shares Of each channel, see `sharesOf`.
 * @returns Ranges that hold those, as large as they must be.
 */
export function smooth(ranges: readonly Range[], shares: ArrayLike<number>): Range[] {
  const width = ({ min, max }: Range) => max - min;
  const widest = ranges.reduce((most, range) => Math.max(most, width(range)), 0);
  if (widest === 0) return [...ranges];
  const least = widest * narrowest;
  const own = ranges.map((range) => width(range) > least ? range : { min: 0, max: least });
  const wished = own.map((range, channel) =>
    (width(range) / widest) ** alpha / Math.max(shares[channel]!, smallestShare) ** (1 - alpha)
  );
  // No channel may be cut off.
  const unit = own.reduce((most, range, i) => Math.max(most, width(range) / wished[i]!), 0);
  return own.map((range, channel) => {
    const factor = Math.max(1, unit * wished[channel]! / width(range));
    return { min: range.min * factor, max: range.max * factor };
  });
}

/**
 * How large the weights are that read each channel: the greatest share that one has in the greatest of
 * its output channel, whose scale that is.
 *
 * @param joins Of a weight, by its place: the channels that it leads from and to.
 */
export function sharesOf(
  weights: ArrayLike<number>,
  { inputs, outputs, joins }: {
    readonly inputs: number;
    readonly outputs: number;
    readonly joins: (at: number) => readonly [from: number, to: number];
  },
): Float64Array {
  const greatest = new Float64Array(outputs);
  for (let at = 0; at < weights.length; at++) {
    const [, to] = joins(at);
    greatest[to] = Math.max(greatest[to]!, Math.abs(weights[at]!));
  }
  const shares = new Float64Array(inputs);
  for (let at = 0; at < weights.length; at++) {
    const [from, to] = joins(at);
    if (greatest[to] === 0) continue;
    shares[from] = Math.max(shares[from]!, Math.abs(weights[at]!) / greatest[to]!);
  }
  return shares;
}
