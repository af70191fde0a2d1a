import { Buffer } from "node:buffer";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** A histogram's counts as they are written into a calibration file. */
export interface CountsText {
  /** How many bins there are in all. */
  readonly bins: number;
  /** Index of the first that is not empty; 0 where all are. */
  readonly first: number;
  /**
   * From that one up to the last that is not empty: each as a LEB128 varint, all deflated (RFC
   * 1951), in base64. Fractions are rounded.
   */
  readonly counts: string;
}

/** 2^53 takes eight bytes. */
const mostBytes = 8;

/** Writes counts compactly. */
export function writeCounts(bins: Float64Array): CountsText {
  const whole = bins.map(Math.round);
  let end = whole.length;
  while (end > 0 && whole[end - 1] === 0) end--;
  let first = 0;
  while (first < end && whole[first] === 0) first++;
  const bytes: number[] = [];
  for (const count of whole.subarray(first, end)) {
    let rest = count;
    while (rest >= 128) {
      bytes.push(rest % 128 + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  const packed = deflateRawSync(Uint8Array.from(bytes), { level: 9 });
  return { bins: bins.length, first: end > 0 ? first : 0, counts: packed.toString("base64") };
}

/**
 * Reads what `writeCounts` wrote.
 *
 * @throws {RangeError} It is damaged; the message says how.
 */
export function readCounts({ bins, first, counts }: CountsText): Float64Array<ArrayBuffer> {
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(Buffer.from(counts, "base64"), {
      // Whatever it claims to be: a count takes no more.
      maxOutputLength: bins * mostBytes,
    });
  } catch (error) {
    throw new RangeError(`its counts can't be unpacked: ${(error as Error).message}`);
  }
  const all = new Float64Array(bins);
  let at = first;
  let place = 1;
  let count = 0;
  for (const byte of bytes) {
    count += (byte & 127) * place;
    if (byte >= 128) {
      place *= 128;
      if (place > Number.MAX_SAFE_INTEGER) throw new RangeError("its counts are no varints");
      continue;
    }
    if (at >= bins) throw new RangeError(`it has more counts than its ${bins} bins`);
    all[at++] = count;
    place = 1;
    count = 0;
  }
  if (place !== 1) throw new RangeError("its counts end within one");
  return all;
}
