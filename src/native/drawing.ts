/** Bytes of one `ls_shape`. */
const shapeBytes = 40;

const kinds = { box: 0, filledBox: 1, line: 2, label: 3 } as const;

const encoder = new TextEncoder();

/** Shapes to be drawn on a picture, in the library's own layout. Reusable: `clear` and start again. */
export class Drawing {
  #shapes = new DataView(new ArrayBuffer(shapeBytes * 64));
  #text = new Uint8Array(1024);
  #count = 0;
  #textSize = 0;

  /** How many shapes there are. */
  get count(): number {
    return this.#count;
  }

  /** The shapes, as `ls_shape[]`. Valid until the next change. */
  get shapes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#shapes.buffer, 0, this.#count * shapeBytes);
  }

  /** The labels' text. Valid until the next change. */
  get text(): Uint8Array<ArrayBuffer> {
    return this.#text.subarray(0, this.#textSize) as Uint8Array<ArrayBuffer>;
  }

  /** Forgets all shapes. */
  clear(): this {
    this.#count = 0;
    this.#textSize = 0;
    return this;
  }

  /** An outline; pixels, `0xRRGGBBAA`. */
  box(box: readonly number[], rgba: number, thickness: number): this {
    return this.#add(kinds.box, box, rgba, thickness, 0, 0);
  }

  /** A filled box, blended by its alpha. */
  filledBox(box: readonly number[], rgba: number): this {
    return this.#add(kinds.filledBox, box, rgba, 0, 0, 0);
  }

  /** A line from x1, y1 to x2, y2. */
  line(ends: readonly number[], rgba: number, thickness: number): this {
    return this.#add(kinds.line, ends, rgba, thickness, 0, 0);
  }

  /** Text of `height` pixels on a plate whose bottom left is x, y. */
  label(text: string, x: number, y: number, rgba: number, height: number): this {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    const most = this.#textSize + text.length * 3;
    if (most > this.#text.length) {
      const larger = new Uint8Array(most * 2);
      larger.set(this.#text);
      this.#text = larger;
    }
    const offset = this.#textSize;
    const { written } = encoder.encodeInto(text, this.#text.subarray(offset));
    this.#textSize += written;
    return this.#add(kinds.label, [x, y, x, y], rgba, height, offset, written);
  }

  #add(
    kind: number,
    box: readonly number[],
    rgba: number,
    thickness: number,
    textOffset: number,
    textSize: number,
  ): this {
    const at = this.#count * shapeBytes;
    if (at + shapeBytes > this.#shapes.byteLength) {
      const larger = new Uint8Array(this.#shapes.byteLength * 2);
      larger.set(new Uint8Array(this.#shapes.buffer));
      this.#shapes = new DataView(larger.buffer);
    }
    const view = this.#shapes;
    view.setUint32(at, kind, true);
    for (let i = 0; i < 4; i++) view.setFloat32(at + 4 + 4 * i, box[i]!, true);
    view.setUint32(at + 20, rgba, true);
    view.setFloat32(at + 24, thickness, true);
    view.setUint32(at + 28, textOffset, true);
    view.setUint32(at + 32, textSize, true);
    view.setUint32(at + 36, 0, true);
    this.#count++;
    return this;
  }
}
