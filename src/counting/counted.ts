import type { Packet } from "../runtime/packet.ts";
import type { Box, Point } from "./geometry.ts";

/** Which way across a line counts. */
export type Direction = "any" | "forward" | "backward";

/** What has been counted since the run began. */
export interface Totals {
  /** Things counted: `good` and `rejected` together. */
  readonly seen: number;
  /** What was not rejected. */
  readonly good: number;
  /** Bad parts. */
  readonly rejected: number;
  /** By class. */
  readonly classes: Readonly<Record<string, number>>;
  /** Rejected ones by defect. */
  readonly defects: Readonly<Record<string, number>>;
}

/** One thing that was counted. */
export interface Crossing {
  /** The track's id; the latest, where one thing had several. */
  readonly track: number;
  /** The class with most votes, among those that agree with the verdict. */
  readonly class: string;
  /** The kind of part: class names up to their colon. */
  readonly part: string;
  /** Rejected if enough votes are for bad parts. */
  readonly verdict: "good" | "rejected";
  /** Of a rejected one. */
  readonly defect?: string;
  /** Mean score of the frames that voted for `class`, 0 to 1. */
  readonly score: number;
  /** Share of the votes that the verdict has, 0 to 1. */
  readonly share: number;
  /** Across a line, see the option `direction`. */
  readonly direction?: "forward" | "backward";
  /** Where it passed the line or the zone's border, or was last seen in the zone; pixels. */
  readonly at: Point;
  /** Its box when it was last seen, pixels. */
  readonly box: Box;
  /** Number of the frame in which it was last seen: this frame's, unless it vanished. */
  readonly frame: number;
  /** It was counted since it was not seen any more, past the line or in the zone. */
  readonly vanished?: true;
}

/** A thing in the picture at present. */
export interface ThingInView {
  /** Whether it has been counted; its verdict is final then. */
  readonly counted: boolean;
  /** As of a {@linkcode Crossing}, by the votes so far. */
  readonly class: string;
  /** As of a crossing. */
  readonly verdict: "good" | "rejected";
}

/**
 * What `count` puts into a packet's `data`, under its id. `overlay` draws it, `events` writes it,
 * `evidence` keeps its rejects; an element of one's own may add the like.
 */
export interface Counted {
  /** Tells it from other data. */
  readonly kind: "counts";
  /** A line's two ends, or a zone's corners; pixels. */
  readonly shape: readonly Point[];
  /** Which way across a line counts; absent for a zone. */
  readonly direction?: Direction;
  /** Whether anything can be rejected; if not, `good` and `verdict` say nothing. */
  readonly judged: boolean;
  /** Up to this frame, with it. */
  readonly totals: Totals;
  /** Counted in this frame. */
  readonly crossings: readonly Crossing[];
  /** By track id. */
  readonly things: ReadonlyMap<number, ThingInView>;
}

/** What counts have been put into a packet, by element id. */
export function countsOf(packet: Packet): [string, Counted][] {
  return Object.entries(packet.data ?? {}).filter((entry): entry is [string, Counted] =>
    (entry[1] as Counted | undefined)?.kind === "counts"
  );
}
