import type { ElementSummary } from "../elements/summary.ts";
import type { NativeRuntime } from "../native/mod.ts";

/** What a run says of itself, at any moment: the live line, `--stats` and `--json` show it. */
export interface RunReport {
  /** Seconds since the run began. */
  readonly seconds: number;
  /** In the order of the plan. */
  readonly cameras: readonly CameraReport[];
  /** In the order of the plan, once for each camera. */
  readonly elements: readonly ElementReport[];
  /** What each engine says of itself: backend, device, precision, load time, batch fill. */
  readonly engines: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
  /** Frames that somebody still holds; 0 after a run. */
  readonly liveFrames: number;
}

/** Percentiles of a time. */
export interface Percentiles {
  /** Milliseconds. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p95: number;
  /** Milliseconds. */
  readonly p99: number;
}

/** One camera. */
export interface CameraReport {
  /** Its name. */
  readonly name: string;
  /** How far it has come. */
  readonly state: "opening" | "running" | "draining" | "ended" | "failed";
  /** Why it failed. */
  readonly error?: string;
  /** Frames that its source gave or dropped: in the end the sum of `framesOut` and `drops`. */
  readonly framesIn: number;
  /** Frames that reached the end of the pipeline. */
  readonly framesOut: number;
  /** Frames a second, over the last seconds (over the whole run, once it has ended). */
  readonly fps: number;
  /** By cause. */
  readonly drops: Readonly<Record<string, number>>;
  /** From capture to the last sink; absent before the first frame. */
  readonly latency?: Percentiles;
}

/** One element at work for one camera. */
export interface ElementReport {
  /** Of the element in the plan. */
  readonly id: string;
  /** The element's name. */
  readonly element: string;
  /** The camera's name. */
  readonly camera: string;
  /** Packets it was given. */
  readonly count: number;
  /** Packets that wait before it, now and at most, and the queue's size. */
  readonly queue: { readonly depth: number; readonly peak: number; readonly size: number };
  /** By cause. */
  readonly drops: Readonly<Record<string, number>>;
  /** What it took for a packet; absent before the first. */
  readonly time?: Percentiles;
  /** What the element adds itself. */
  readonly extra?: Readonly<Record<string, number | string>>;
  /** Its results, and the files it wrote. */
  readonly summary?: ElementSummary;
}

/** A message of an element, a camera or the runtime. */
export interface BusMessage {
  /** How bad it is. */
  readonly level: "info" | "warning" | "error";
  /** What happened, for people. */
  readonly message: string;
  /** The camera it is about. */
  readonly camera?: string;
  /** The element's id. */
  readonly id?: string;
}

/** How to run a plan. */
export interface RunOptions {
  /** Ends each camera after so many frames. */
  readonly frames?: number;
  /** Ends the run after so many seconds. */
  readonly duration?: number;
  /** Aborting it drains the run: sources stop, what is in flight finishes, files are closed. */
  readonly signal?: AbortSignal;
  /** A library that is open already and stays so; left out: one of the run's own. */
  readonly native?: NativeRuntime;
  /** Called for each message, at once. */
  readonly onMessage?: (message: BusMessage) => void;
}

/** A run at work. */
export interface Run {
  /** What it says of itself now. */
  report(): RunReport;
  /**
   * Settles once all is closed, with the last report. Rejects only for what concerns the whole run
   * (an engine that can't be loaded, a custom element's file that can't be imported); a camera that
   * failed is in the report.
   */
  readonly done: Promise<RunReport>;
  /**
   * Drains, as the signal does: sources stop, what is under way is finished, files are closed. What
   * is not done after four seconds is given up, with that reason. Resolves with `done`.
   */
  stop(): Promise<RunReport>;
  /** Gives up what is under way and closes; every camera not ended yet has failed. */
  stopNow(): Promise<RunReport>;
}
