/** Standard deviation of a position and of its measurement, relative to the height; as in DeepSORT. */
const positionWeight = 1 / 20;
/**
 * Of the velocities' change in a frame, relative to the height. A camera that turns moves all boxes at
 * once, yet hardly changes their sizes: DeepSORT's 1/160 is too slow for centres, and right for sizes.
 */
const centreVelocityWeight = 1 / 40;
const sizeVelocityWeight = 1 / 160;

const states = 8;
const covariances = 12;

/**
 * Constant-velocity Kalman filters over boxes: centre x, centre y, width, height, and the velocity of
 * each. The noise is DeepSORT's (arXiv:1703.07402) but for the centre's velocity; the width instead of
 * the aspect ratio is BoT-SORT's (arXiv:2206.14651), for a ratio that hardly changes makes boxes too
 * wide or too narrow when only the height does. All of a tracker's filters lie in two arrays; a filter
 * is a slot in them, and no step allocates.
 *
 * Motion and noise couple a coordinate with its own velocity only, so the 8×8 covariance has four 2×2
 * blocks and zeros. Three numbers a block are kept; the results are those of the full filter.
 */
export class KalmanFilters {
  #means = new Float64Array(0);
  #covariances = new Float64Array(0);
  #free: number[] = [];
  #slots = 0;

  /** Starts a filter at a box in pixels; returns its slot. */
  start(x1: number, y1: number, x2: number, y2: number): number {
    const slot = this.#free.pop() ?? this.#grow();
    const mean = slot * states;
    const height = y2 - y1;
    this.#means[mean] = (x1 + x2) / 2;
    this.#means[mean + 1] = (y1 + y2) / 2;
    this.#means[mean + 2] = x2 - x1;
    this.#means[mean + 3] = height;
    this.#means.fill(0, mean + 4, mean + 8);
    for (let i = 0; i < 4; i++) {
      const at = slot * covariances + i * 3;
      this.#covariances[at] = square(2 * positionWeight * height);
      this.#covariances[at + 1] = 0;
      this.#covariances[at + 2] = square(10 * velocityWeight(i) * height);
    }
    return slot;
  }

  /** Gives a slot back. */
  stop(slot: number): void {
    this.#free.push(slot);
  }

  /** Advances by `steps` frames. */
  predict(slot: number, steps: number): void {
    const means = this.#means;
    const cov = this.#covariances;
    const mean = slot * states;
    for (let step = 0; step < steps; step++) {
      const height = means[mean + 3]!;
      const position = square(positionWeight * height);
      for (let i = 0; i < 4; i++) {
        const at = slot * covariances + i * 3;
        means[mean + i]! += means[mean + 4 + i]!;
        cov[at]! += 2 * cov[at + 1]! + cov[at + 2]! + position;
        cov[at + 1]! += cov[at + 2]!;
        cov[at + 2]! += square(velocityWeight(i) * height);
      }
    }
  }

  /** Corrects by a measured box. */
  correct(slot: number, x1: number, y1: number, x2: number, y2: number): void {
    const mean = slot * states;
    const noise = square(positionWeight * this.#means[mean + 3]!);
    this.#correct(slot, 0, (x1 + x2) / 2, noise);
    this.#correct(slot, 1, (y1 + y2) / 2, noise);
    this.#correct(slot, 2, x2 - x1, noise);
    this.#correct(slot, 3, y2 - y1, noise);
  }

  /** Writes the box x1, y1, x2, y2 into `into` from `at` on. */
  box(slot: number, into: Float64Array, at: number): void {
    const mean = slot * states;
    const x = this.#means[mean]!;
    const y = this.#means[mean + 1]!;
    const halfWidth = this.#means[mean + 2]! / 2;
    const halfHeight = this.#means[mean + 3]! / 2;
    into[at] = x - halfWidth;
    into[at + 1] = y - halfHeight;
    into[at + 2] = x + halfWidth;
    into[at + 3] = y + halfHeight;
  }

  /** The state (8 numbers), copied. */
  mean(slot: number): Float64Array {
    return this.#means.slice(slot * states, (slot + 1) * states);
  }

  /** Variance of each coordinate, its covariance with its velocity, the velocity's variance; copied. */
  covariance(slot: number): Float64Array {
    return this.#covariances.slice(slot * covariances, (slot + 1) * covariances);
  }

  #correct(slot: number, i: number, measured: number, noise: number): void {
    const mean = slot * states + i;
    const at = slot * covariances + i * 3;
    const cov = this.#covariances;
    const [p, c, v] = [cov[at]!, cov[at + 1]!, cov[at + 2]!];
    const innovation = measured - this.#means[mean]!;
    const gain = p / (p + noise);
    const velocityGain = c / (p + noise);
    this.#means[mean]! += gain * innovation;
    this.#means[mean + 4]! += velocityGain * innovation;
    cov[at] = p - gain * p;
    cov[at + 1] = c - gain * c;
    cov[at + 2] = v - velocityGain * c;
  }

  #grow(): number {
    const slot = this.#slots++;
    if (slot * states >= this.#means.length) {
      const capacity = Math.max(64, slot * 2);
      this.#means = enlarged(this.#means, capacity * states);
      this.#covariances = enlarged(this.#covariances, capacity * covariances);
    }
    return slot;
  }
}

function velocityWeight(i: number): number {
  return i < 2 ? centreVelocityWeight : sizeVelocityWeight;
}

function square(value: number): number {
  return value * value;
}

function enlarged(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(array);
  return larger;
}
