import type { Frame, FrameTensor, Packet } from "../../src/runtime/packet.ts";

/** A picture without pixels that counts its references, for tests of what carries frames about. */
export class CountedFrame implements Frame {
  readonly width = 4;
  readonly height = 2;
  readonly format = "GREY";
  references = 1;

  constructor(readonly handle: number) {}

  retain(): Frame {
    if (this.references < 1) throw new Error(`frame ${this.handle} is retained after its end`);
    this.references++;
    return this;
  }

  release(): void {
    if (this.references < 1) throw new Error(`frame ${this.handle} is released twice`);
    this.references--;
  }

  read(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(8);
  }

  tensor(): FrameTensor {
    throw new Error("there is no tensor");
  }
}

/** A packet with a counted frame. */
export function packet(number: number): Packet & { readonly frame: CountedFrame } {
  return { camera: "c", number, pts: number / 10, captured: 0, frame: new CountedFrame(number) };
}
