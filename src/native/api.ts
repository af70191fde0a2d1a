import type { Detection, Frame } from "../runtime/packet.ts";
import type { Drawing } from "./drawing.ts";
import type { Observation, ObserverConfig } from "./observer.ts";

/** What a source says of itself once it is open. Null or absent: not known. */
export interface SourceInfo {
  /** Pixels. */
  readonly width?: number;
  /** Pixels. */
  readonly height?: number;
  /** Nominal frames per second. */
  readonly fps?: number | null;
  /** Seconds. */
  readonly duration?: number | null;
  /** As GStreamer names it. */
  readonly codec?: string | null;
  /** Of the frames it gives, `NV12` say. */
  readonly format?: string | null;
  /** How many frames there are, where the container says it. */
  readonly frames?: number | null;
}

/** What an engine says of itself once its model is loaded. */
export interface EngineInfo {
  /** `openvino` or `tensorrt`. */
  readonly backend: string;
  /** The backend's version. */
  readonly version?: string;
  /** Where it runs. */
  readonly device?: string;
  /** What it computes in. */
  readonly precision?: string;
  /** Parallel streams. */
  readonly streams?: number;
  /** Batches that may run at once. */
  readonly requests?: number;
  /** Pictures in a batch. */
  readonly batch?: number;
  /** The model's input; `layout` is there if it is another than the model's, as is `type` then. */
  readonly inputs?: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly type: string;
    readonly layout?: "NCHW" | "NHWC";
  }[];
  /**
   * The model's outputs, in the file's order; where `head` is there, what decoding them starts from.
   */
  readonly outputs?: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly type: string;
    /** If it is another than the model's. */
    readonly layout?: "NHWC";
  }[];
  /** How a head is read that was left to `nms`; only if `decode: "native"` allowed that. */
  readonly head?: Readonly<Record<string, unknown>>;
  /** Seconds that loading took. */
  readonly loadSeconds?: number;
  /** Whether it came from the cache on disk. */
  readonly cached?: boolean;
}

/** Called as a source's completions come in. */
export interface SourceHandlers {
  /** The source is ready; frames follow as far as credit allows. */
  opened(info: SourceInfo): void;
  /** A frame, which now belongs to the callee; pts and captured in seconds. */
  frame(frame: Frame, number: number, pts: number, captured: number): void;
  /** The last frame has been given. */
  end(): void;
  /** The source failed for good. */
  failed(error: Error): void;
}

/** An open native source. */
export interface NativeSource {
  /** Allows `frames` more frames. */
  credit(frames: number): void;
  /** Stops it; resolves once its last completion is in. Idempotent. */
  close(): Promise<void>;
  /** Its counters, as the library gives them. */
  statistics(): Record<string, unknown>;
}

/** A loaded model. */
export interface NativeEngine {
  /** For a chain's configuration. */
  readonly handle: number;
  /** What it says of itself. */
  readonly info: EngineInfo;
  /** Called once if it fails for good later on. */
  onFailed: ((error: Error) => void) | undefined;
  /** Unloads it once its work is done. Idempotent. */
  close(): Promise<void>;
  /** Its counters, as the library gives them. */
  statistics(): Record<string, unknown>;
}

/** Called once for each frame submitted to a chain. */
export type ChainDone = (
  error: Error | undefined,
  frame: Frame,
  detections: Detection[] | undefined,
  /** Milliseconds: letterbox, queue, inference, postprocess. Valid during the call alone. */
  stages: Float32Array,
) => void;

/** Consecutive native elements, fused into one job. */
export interface NativeChain {
  /**
   * Runs one frame, of which it takes one reference, through the chain; `done` gets one back: of
   * the same frame, or of a derived one that holds the tensors.
   *
   * @throws {Error} the library refused it; no reference was taken.
   */
  submit(frame: Frame, done: ChainDone): void;
  /** Waits for what was submitted. Idempotent. */
  close(): Promise<void>;
}

/** Counts the values that tensors of many frames take. */
export interface NativeObserver {
  /** To put it into a chain's configuration as `observer`. */
  readonly handle: number;
  /**
   * Counts the tensors of one frame, of which it takes one reference, and resolves once that is
   * done. Frames' memory is held until then: how many are under way is the caller's to bound.
   *
   * @throws {Error} the frame lacks a tensor, or it is of another kind than it was: nothing of it
   * was counted.
   */
  observe(frame: Frame): Promise<void>;
  /**
   * What was counted so far of tensor `tensors[index]`: the same for the same frames in any order.
   *
   * @throws {Error} there is no such tensor.
   */
  read(index: number): Observation;
  /** Waits for what was submitted, then forgets all. Idempotent. */
  close(): Promise<void>;
}

/** An open native sink. */
export interface NativeSink {
  /** For the configuration of a sink that belongs to it. */
  readonly handle: number;
  /** What it says of itself: the encoder it chose, the port. */
  readonly info: Record<string, unknown>;
  /**
   * Takes one reference of `frame` and gives it back when the sink wants the next.
   *
   * @throws {Error} the sink failed: disk full, encoder gone.
   */
  push(frame: Frame): Promise<void>;
  /** Writes out what it holds. Rejects if that failed. Idempotent. */
  close(): Promise<void>;
  /** Its counters, as the library gives them. */
  statistics(): Record<string, unknown>;
}

/** The native library as the rest of the program sees it. */
export interface NativeRuntime {
  /** Of the library, `0.1.0` say. */
  readonly version: string;
  /** Seconds of the monotonic clock that `Packet.captured` is in. */
  now(): number;
  /** Starts opening a source; configuration as `ls_source_open` documents. */
  openSource(config: Record<string, unknown>, handlers: SourceHandlers): NativeSource;
  /** Loads a model; configuration as `ls_engine_open` documents. */
  openEngine(config: Record<string, unknown>): Promise<NativeEngine>;
  /** Fuses native parts; configuration as `ls_chain_create` documents; `labels` by class id. */
  createChain(config: Record<string, unknown>, labels: readonly string[]): NativeChain;
  /** Makes an observer of frames that a chain without `nms` gives. */
  createObserver(config: ObserverConfig): NativeObserver;
  /** Opens a sink; configuration as `ls_sink_open` documents. */
  openSink(config: Record<string, unknown>): Promise<NativeSink>;
  /** Draws on a copy of the picture. Takes one reference of `frame`, gives one of the copy. */
  overlay(frame: Frame, drawing: Drawing): Promise<Frame>;
  /** Makes a frame of packed rows in memory. */
  createFrame(
    format: "RGB" | "BGR" | "GREY" | "NV12" | "I420",
    width: number,
    height: number,
    data: Uint8Array,
    pts: number,
    number: number,
  ): Frame;
  /** Frames that somebody still holds. */
  liveFrames(): number;
  /** Cameras, encoders, decoders and backends that this machine has. */
  devices(): Record<string, unknown>;
  /** The library's own counters. */
  statistics(): Record<string, unknown>;
  /** Closes everything; resolves to the number of frames that were still held. Idempotent. */
  close(): Promise<number>;
}
