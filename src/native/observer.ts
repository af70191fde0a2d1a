import { errorBuffer, unwrap } from "./error.ts";
import type { Core } from "./object.ts";

/** What an observer counts. */
export interface ObserverConfig {
  /** Which tensors of the frames, by index, each once; its histograms are in this order. */
  readonly tensors: readonly number[];
  /** Of each histogram; a power of two from 64 to 65536. */
  readonly bins: number;
  /** Whether channels are told apart. */
  readonly channels: boolean;
  /** Where a tensor of four dimensions has its channels; others have them in axis 1. */
  readonly layout: "NCHW" | "NHWC";
}

/** What was counted of one tensor. Of its finite values, but for the counts of the others. */
export interface Observation {
  /** How many. */
  readonly count: number;
  /** How many values were NaN. */
  readonly nans: number;
  /** How many values were infinite. */
  readonly infinities: number;
  /** Least; 0 where nothing was counted. */
  readonly min: number;
  /** Greatest; 0 where nothing was counted. */
  readonly max: number;
  /** Of the values. */
  readonly sum: number;
  /** Of the values without their signs. */
  readonly sumAbsolute: number;
  /** The bins lie over [-2^exponent, 2^exponent), all equally wide. */
  readonly exponent: number;
  /** Counts, from -2^exponent up. */
  readonly bins: Float64Array<ArrayBuffer>;
  /** By index; empty unless they are told apart. */
  readonly channels: readonly ChannelObservation[];
}

/** What was counted of one channel. Of its finite values. */
export interface ChannelObservation {
  /** How many. */
  readonly count: number;
  /** Of the values. */
  readonly sum: number;
  /** Least; 0 where nothing was counted. */
  readonly min: number;
  /** Greatest; 0 where nothing was counted. */
  readonly max: number;
}

const headBytes = 64;
const channelBytes = 24;

/**
 * Copies out what an observer counted of its tensor `index` so far.
 *
 * @throws {NativeError} there is no such tensor.
 */
export function readObservation(core: Core, observer: number, index: number): Observation {
  const { symbols, runtime } = core;
  const head = new DataView(new ArrayBuffer(headBytes));
  const bytes = new Uint8Array(head.buffer);
  unwrap(symbols.ls_observer_read(runtime, observer, index, bytes, null, 0, errorBuffer));
  const counts = new BigUint64Array(head.getUint32(52, true));
  unwrap(
    symbols.ls_observer_read(
      runtime,
      observer,
      index,
      bytes,
      new Uint8Array(counts.buffer),
      counts.length,
      errorBuffer,
    ),
  );
  return {
    count: Number(head.getBigUint64(0, true)),
    nans: Number(head.getBigUint64(8, true)),
    infinities: Number(head.getBigUint64(16, true)),
    sum: head.getFloat64(24, true),
    sumAbsolute: head.getFloat64(32, true),
    min: head.getFloat32(40, true),
    max: head.getFloat32(44, true),
    exponent: head.getInt32(48, true),
    bins: Float64Array.from(counts, Number),
    channels: readChannels(core, observer, index, head.getUint32(56, true)),
  };
}

function readChannels(
  { symbols, runtime }: Core,
  observer: number,
  index: number,
  count: number,
): ChannelObservation[] {
  if (count === 0) return [];
  const view = new DataView(new ArrayBuffer(count * channelBytes));
  const bytes = new Uint8Array(view.buffer);
  unwrap(symbols.ls_observer_read_channels(runtime, observer, index, bytes, count, errorBuffer));
  return Array.from({ length: count }, (_, i) => ({
    count: Number(view.getBigUint64(i * channelBytes, true)),
    sum: view.getFloat64(i * channelBytes + 8, true),
    min: view.getFloat32(i * channelBytes + 16, true),
    max: view.getFloat32(i * channelBytes + 20, true),
  }));
}
