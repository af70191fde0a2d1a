import type { ByteSource } from "./bytes.ts";

/** What is wrong with protobuf bytes, and where. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** One field of a protobuf message. `start` to `end` are the bytes of a length-delimited one. */
export interface WireField {
  readonly field: number;
  readonly type: number;
  /** The value of a varint. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

const windowBytes = 16384;
const unread = new Uint8Array(0);

/**
 * Walks over protobuf fields without decoding what they hold: a skipped field costs a seek, however
 * long it is (https://protobuf.dev/programming-guides/encoding/).
 */
export class WireCursor {
  #window = unread;
  #first = 0;
  #buffer = new Uint8Array(windowBytes);

  constructor(readonly source: ByteSource) {}

  /**
   * The fields from `start` up to `end`.
   * @throws {WireError} where the bytes are no protobuf message, or end too early.
   */
  *fields(start: number, end: number): Generator<WireField> {
    let at = start;
    while (at < end) {
      const tag = this.#varint(at, end);
      const field = Math.floor(tag.value / 8);
      const type = tag.value % 8;
      if (field < 1 || field > 0x1fffffff) {
        throw new WireError(`byte ${at} starts no protobuf field`);
      }
      at = tag.end;
      if (type === 0) {
        const value = this.#varint(at, end);
        yield { field, type, value: value.value, start: at, end: value.end };
        at = value.end;
        continue;
      }
      let length = type === 1 ? 8 : 4;
      if (type === 2) {
        const prefix = this.#varint(at, end);
        length = prefix.value;
        at = prefix.end;
      } else if (type !== 1 && type !== 5) {
        throw new WireError(`byte ${at} starts no protobuf field`);
      }
      if (length > end - at) {
        const what = end === this.source.size ? "the file" : "the message it lies in";
        throw new WireError(
          `field ${field} at byte ${at} is ${length} bytes long, but ${what} ends ${
            end - at
          } bytes on`,
        );
      }
      yield { field, type, value: 0, start: at, end: at + length };
      at += length;
    }
  }

  /** The bytes from `start` to `end`, copied. */
  bytes(start: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - start);
    if (this.source.read(start, bytes) < bytes.length) {
      throw new WireError(`the file became shorter while it was read`);
    }
    return bytes;
  }

  #varint(at: number, end: number): { value: number; end: number } {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++, scale *= 128) {
      if (at + i >= end) throw new WireError(`it ends inside a number at byte ${at}`);
      const byte = this.#byte(at + i);
      value += (byte & 127) * scale; // exact up to 2^53, and what is longer is refused as a length
      if (byte < 128) return { value, end: at + i + 1 };
    }
    throw new WireError(`the number at byte ${at} is longer than ten bytes`);
  }

  #byte(at: number): number {
    let byte = this.#window[at - this.#first];
    if (byte === undefined) {
      this.#window = this.#buffer.subarray(0, this.source.read(at, this.#buffer));
      this.#first = at;
      byte = this.#window[0];
      if (byte === undefined) throw new WireError(`the file became shorter while it was read`);
    }
    return byte;
  }
}
