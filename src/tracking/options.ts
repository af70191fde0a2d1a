/** How a {@link ByteTrack} associates. Distances are 1 − IoU, 0 to 1. */
export interface ByteTrackOptions {
  /** Detections scoring at least this are matched first. */
  readonly high?: number;
  /** Detections scoring at least this, but under `high`, are matched second. */
  readonly low?: number;
  /** A detection that begins a track scores at least this; `high` + 0.1 if not given. */
  readonly start?: number;
  /** Largest distance of a match with a detection of high score. */
  readonly match?: number;
  /** Largest distance of a match with one of low score, of any track. */
  readonly matchLow?: number;
  /** Frames in a row that a track must be seen in before it gets an id. */
  readonly confirm?: number;
  /** Frames at 30 frames/s that a lost track is kept; scaled by `fps`. */
  readonly buffer?: number;
  /** The camera's frames per second. */
  readonly fps?: number;
  /** A track never changes its class. */
  readonly classAware?: boolean;
  /** With high scores the distance is 1 − IoU · score; `ByteTrack` says where not. */
  readonly fuseScore?: boolean;
}

/**
 * Score thresholds, IoU 0.2 and 30 frames as in the paper (arXiv:2110.06864, section 4.1); `fuseScore` and
 * `confirm` as in its published code. What else differs between the two, or from both, stands at
 * `ByteTrack`.
 */
export const byteTrackDefaults = {
  high: 0.6,
  low: 0.1,
  match: 0.8,
  matchLow: 0.8,
  confirm: 2,
  buffer: 30,
  fps: 30,
  classAware: true,
  fuseScore: true,
} as const satisfies ByteTrackOptions;

const shares = ["high", "low", "start", "match", "matchLow"] as const;

/**
 * Fills in defaults.
 * @throws {RangeError} An option is out of range; the message names it.
 */
export function resolveOptions(options: ByteTrackOptions): Required<ByteTrackOptions> {
  const all: Required<ByteTrackOptions> = { ...byteTrackDefaults, start: NaN };
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) Object.assign(all, { [name]: value });
  }
  if (Number.isNaN(all.start)) Object.assign(all, { start: Math.min(1, all.high + 0.1) });
  const expect = (name: keyof ByteTrackOptions, expected: string, holds: boolean) => {
    if (!holds) throw new RangeError(`${name} is ${all[name]}; expected ${expected}`);
  };
  for (const name of shares) expect(name, "0 to 1", all[name] >= 0 && all[name] <= 1);
  expect("low", `at most high (${all.high})`, all.low <= all.high);
  expect(
    "confirm",
    "a whole number of frames, 1 or more",
    Number.isInteger(all.confirm) && all.confirm > 0,
  );
  expect("buffer", "frames, 0 or more", all.buffer >= 0 && all.buffer < Infinity);
  expect("fps", "frames per second, above 0", all.fps > 0 && all.fps < Infinity);
  return all;
}
