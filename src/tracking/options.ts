/** How a {@link ByteTrack} associates. Defaults are the paper's. */
export interface ByteTrackOptions {
  /** Detections scoring at least this are associated first. */
  readonly highThreshold?: number;
  /** Detections scoring at least this, but under `highThreshold`, are associated second. */
  readonly lowThreshold?: number;
  /** A detection that begins a track scores at least this; `highThreshold` + 0.1 if not given. */
  readonly newTrackThreshold?: number;
  /** Greatest cost, 1 − IoU (times score, if scores are fused), of a match with high scores. */
  readonly matchThreshold?: number;
  /** Greatest 1 − IoU of a match with low scores. */
  readonly secondThreshold?: number;
  /** Greatest cost of the match that confirms a track. */
  readonly confirmThreshold?: number;
  /** Frames at 30 frames/s that a lost track is kept; scaled by `fps`. */
  readonly buffer?: number;
  /** The camera's frames per second. */
  readonly fps?: number;
  /** A track never changes its class. */
  readonly classAware?: boolean;
  /** Similarity in the first association is IoU times the detection's score. */
  readonly fuseScore?: boolean;
}

/** The paper's values (arXiv:2110.06864, section 4.1, and its published code). */
export const byteTrackDefaults = {
  highThreshold: 0.6,
  lowThreshold: 0.1,
  matchThreshold: 0.8,
  secondThreshold: 0.5,
  confirmThreshold: 0.7,
  buffer: 30,
  fps: 30,
  classAware: true,
  fuseScore: true,
} as const satisfies ByteTrackOptions;

/**
 * Fills in defaults.
 * @throws {RangeError} An option that is out of range, by name.
 */
export function resolveOptions(options: ByteTrackOptions): Required<ByteTrackOptions> {
  const resolved = { ...byteTrackDefaults, ...definedOf(options) } as Required<ByteTrackOptions>;
  const newTrackThreshold = options.newTrackThreshold ?? Math.min(1, resolved.highThreshold + 0.1);
  const all = { ...resolved, newTrackThreshold };
  for (const name of thresholds) {
    if (!(all[name] >= 0 && all[name] <= 1)) {
      throw new RangeError(`${name} is ${all[name]}; expected 0 to 1`);
    }
  }
  if (all.lowThreshold > all.highThreshold) {
    throw new RangeError(
      `lowThreshold (${all.lowThreshold}) is above highThreshold (${all.highThreshold})`,
    );
  }
  if (!(all.buffer >= 0 && Number.isFinite(all.buffer))) {
    throw new RangeError(`buffer is ${all.buffer}; expected frames, 0 or more`);
  }
  if (!(all.fps > 0 && Number.isFinite(all.fps))) {
    throw new RangeError(`fps is ${all.fps}; expected frames per second, above 0`);
  }
  return all;
}

const thresholds = [
  "highThreshold",
  "lowThreshold",
  "newTrackThreshold",
  "matchThreshold",
  "secondThreshold",
  "confirmThreshold",
] as const;

function definedOf(options: ByteTrackOptions): ByteTrackOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
