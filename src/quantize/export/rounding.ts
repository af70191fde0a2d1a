/**
 * How alike inputs are, which decides how errors of weights add up. Relative to the variance of one
 * input over pictures: `kernel`, the covariance of the same input at two places of the kernel; `all`,
 * the square of the mean that all inputs have, which behind a SiLU, a Relu or a sigmoid is not zero.
 * Of YOLOX-Nano, 0.5 to 0.9 and 0.1 to 0.5 did equally well.
 */
const alike = { kernel: 0.7, all: 0.3 };

/** More rounds change next to nothing. */
const rounds = 20;

/** The nearest integers. */
export function nearest(weights: Float64Array, scale: number): Int8Array {
  return Int8Array.from(weights, (value) => bounded(roundEven(value / scale)));
}

/**
 * Rounds some weights up and others down so that their errors cancel in what is computed with them,
 * in place of each to its nearest integer. Inputs are much alike, so weights whose sum is off harm far
 * more than weights that are off by as much either way.
 *
 * The idea, and the three levels at which errors are added up (a weight, a kernel, an output channel),
 * are those of SQuant (Guo et al. 2022, https://arxiv.org/abs/2202.07471), which needs no pictures
 * either. It keeps each sum below one half; here a weighted sum of the three goes down, one weight at a
 * time, so that integers which can't be any make no difference to the method.
 *
 * @param weights Of one output channel: all inputs of one place of the kernel, then those of the next.
 * @param integers To start from, which are changed: each stays within one step of its weight, or
 * comes nearer.
 * @param inputs How many there are.
 * @param allowed Whether a weight may become this integer, with the others as they are.
 */
export function balance(
  weights: Float64Array,
  scale: number,
  integers: Int8Array,
  inputs: number,
  allowed: (at: number, integer: number) => boolean = () => true,
): void {
  const errors = Float64Array.from(weights, (value, i) => integers[i]! - value / scale);
  const kernels = new Float64Array(inputs);
  let all = 0;
  errors.forEach((error, i) => {
    kernels[i % inputs]! += error;
    all += error;
  });
  // Half the derivative of what is to go down: a step of one against it changes that by
  // 1 + alike.all - 2 |slope|.
  const slope = (error: number, kernel: number) =>
    (1 - alike.kernel) * error + alike.kernel * kernel + alike.all * all;
  for (let round = 0, moved = true; moved && round < rounds; round++) {
    moved = false;
    for (let i = 0; i < integers.length; i++) {
      const [error, input] = [errors[i]!, i % inputs];
      const steepness = slope(error, kernels[input]!);
      if (2 * Math.abs(steepness) <= 1 + alike.all + 1e-9) continue;
      const step = steepness > 0 ? -1 : 1;
      const integer = integers[i]! + step;
      if (integer !== bounded(integer)) continue;
      if (Math.abs(error + step) >= 1 && Math.abs(error + step) > Math.abs(error)) continue;
      if (!allowed(i, integer)) continue;
      integers[i] = integer;
      errors[i] = error + step;
      kernels[input]! += step;
      all += step;
      moved = true;
    }
  }
}

/** The nearest of the integers that weights may be. */
export const bounded = (integer: number): number => Math.max(-127, Math.min(127, integer));

/** Rounds as QuantizeLinear does: halves go to the even number. */
export function roundEven(value: number): number {
  const whole = Math.round(value);
  return whole - value === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}
