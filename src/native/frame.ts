import type { Frame, FrameTensor } from "../runtime/packet.ts";
import type { Completion } from "./completions.ts";
import { cString, errorBuffer, unwrap, unwrapBare } from "./error.ts";
import type { Symbols } from "./symbols.ts";

/** What a frame needs of its library. */
export interface FrameOwner {
  /** The library's functions. */
  readonly symbols: Symbols;
  /** Its runtime. */
  readonly runtime: bigint;
  /** Whether that is gone, and all frames with it. */
  readonly gone: boolean;
}

/** `ls_pixel_format`, by number. */
const formats = ["NONE", "NV12", "I420", "YUYV", "GREY", "RGB", "BGR"] as const;

/** The number of a pixel format. */
export function formatNumber(format: typeof formats[number]): number {
  return formats.indexOf(format);
}

const arrays = [
  Float32Array,
  Uint16Array,
  Uint8Array,
  Uint16Array,
  Int32Array,
  BigInt64Array,
] as const;
const types = ["f32", "f16", "u8", "bf16", "i32", "i64"] as const;

/** A native picture, and how many references to it JavaScript holds. */
export class NativeFrame implements Frame {
  readonly width: number;
  readonly height: number;
  readonly format: Frame["format"];
  #references = 1;

  constructor(
    readonly owner: FrameOwner,
    readonly handle: number,
    format: number,
    width: number,
    height: number,
  ) {
    this.width = width;
    this.height = height;
    this.format = formats[format] as Frame["format"];
  }

  /** The frame that a completion carries. */
  static of(owner: FrameOwner, completion: Completion): NativeFrame {
    const { frame, format, width, height } = completion;
    return new NativeFrame(owner, frame, format, width, height);
  }

  retain(): Frame {
    this.#check("retained");
    const { symbols, runtime } = this.owner;
    unwrapBare(symbols.ls_frame_retain(runtime, this.handle), "retaining a frame");
    this.#references++;
    return this;
  }

  release(): void {
    // An element may let go only after the run has ended; its frames went with the library.
    if (this.owner.gone) return;
    this.#check("released");
    this.#references--;
    const { symbols, runtime } = this.owner;
    unwrapBare(symbols.ls_frame_release(runtime, this.handle), "releasing a frame");
  }

  /** A reference passes to the library, with work submitted. */
  give(): void {
    this.#references--;
  }

  /** It has come back. */
  takeBack(): void {
    this.#references++;
  }

  read(format: "RGB" | "GREY"): Uint8Array<ArrayBuffer> {
    this.#check("read");
    const out = new Uint8Array(this.width * this.height * (format === "RGB" ? 3 : 1));
    const { symbols, runtime } = this.owner;
    unwrap(
      symbols.ls_frame_read(
        runtime,
        this.handle,
        formatNumber(format),
        out,
        BigInt(out.length),
        errorBuffer,
      ),
    );
    return out;
  }

  tensor(index: number): FrameTensor {
    this.#check("read");
    const info = new ArrayBuffer(208);
    const { handle, owner: { symbols, runtime } } = this;
    unwrap(
      symbols.ls_tensor_describe(runtime, handle, index, new Uint8Array(info), errorBuffer),
    );
    const view = new DataView(info);
    const type = view.getUint32(0, true);
    const rank = view.getUint32(4, true);
    const shape = Array.from(
      { length: rank },
      (_, i) => Number(view.getBigUint64(8 + 8 * i, true)),
    );
    const size = view.getBigUint64(72, true);
    const out = new Uint8Array(Number(size));
    unwrap(symbols.ls_tensor_read(runtime, handle, index, out, size, errorBuffer));
    return {
      name: cString(new Uint8Array(info, 80, 128)),
      type: types[type]!,
      shape,
      data: new arrays[type]!(out.buffer),
    };
  }

  #check(done: string): void {
    if (this.#references > 0 && !this.owner.gone) return;
    throw new Error(
      `a frame was ${done} after its last reference had been given back: ` +
        "an element that keeps a frame must retain it",
    );
  }
}
