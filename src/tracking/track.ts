/**
 * Where a track is in its life. Tentative: begun by one detection, with no id yet. Confirmed: matched in
 * the last frame. Lost: confirmed once, not matched since; it may come back. Removed: never will.
 */
export type TrackState = "tentative" | "confirmed" | "lost" | "removed";

/** One object that is being followed. */
export interface Track {
  state: TrackState;
  /** 0 while tentative, then positive and never changed. */
  id: number;
  readonly classId: number;
  /** Its filter in `KalmanFilters`. */
  readonly filter: number;
  /** Number of the frame that began it. */
  readonly began: number;
  /** Frames in a row in which it was matched while tentative. */
  hits: number;
  /** Number of the frame in which it was last matched. */
  seen: number;
  /** Where it and its box are among the tracks of this frame. */
  index: number;
}
