import { Subject } from "rxjs";
import type { SourceInfo } from "../native/mod.ts";
import type { Packet } from "../runtime/packet.ts";
import type { Source, SourceContext } from "./declaration.ts";
import { imageDecoder } from "./image_decode.ts";
import { listImages } from "./image_files.ts";

interface ImageOptions {
  /** A folder, a pattern or a file; only for messages where `files` says which. */
  readonly location: string;
  /** The pictures, in order. */
  readonly files?: readonly string[];
  readonly fps: number;
  readonly realtime: boolean;
  readonly loop: number;
}

/** Decodes pictures one after the other, as far as credit allows. */
export class ImageSource implements Source {
  readonly packets = new Subject<Packet>();
  readonly opened: Promise<SourceInfo>;
  #files: string[] = [];
  #credit = 0;
  #number = 0;
  #skipped = 0;
  #started: number | undefined;
  #closed = false;
  #working: Promise<void> | undefined;

  constructor(readonly options: ImageOptions, readonly context: SourceContext) {
    this.opened = this.#open();
    this.opened.catch(() => {});
  }

  async #open(): Promise<SourceInfo> {
    const { files, location } = this.options;
    this.#files = files ? [...files] : await listImages(this.context.path(location));
    return { fps: this.options.fps, frames: this.#files.length, codec: "images", format: "RGB" };
  }

  credit(frames: number): void {
    this.#credit += frames;
    this.#working ??= this.#work().finally(() => this.#working = undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  drops(): Record<string, number> {
    return this.#skipped > 0 ? { corrupt: this.#skipped } : {};
  }

  async #work(): Promise<void> {
    try {
      await this.opened;
      const count = this.#files.length;
      const last = this.options.loop === 0 ? Infinity : this.options.loop * count;
      while (this.#credit > 0 && this.#number < last && !this.#closed) {
        const number = this.#number++;
        const packet = await this.#read(this.#files[number % count]!, number);
        if (!packet) {
          if (number % count === count - 1 && this.#skipped === number + 1) {
            throw new Error(`${this.options.location}: not one picture could be decoded`);
          }
          continue;
        }
        this.#credit--;
        if (this.packets.observed && !this.#closed) this.packets.next(packet);
        else packet.frame.release();
      }
      if (this.#number >= last) this.packets.complete();
    } catch (error) {
      this.packets.error(error);
    }
  }

  /** A picture as a packet, or undefined if it can't be decoded, which is reported. */
  async #read(file: string, number: number): Promise<Packet | undefined> {
    const { native, camera } = this.context;
    const pts = number / this.options.fps;
    await this.#pace(pts);
    const decode = await imageDecoder();
    let image;
    try {
      image = await decode(file);
    } catch (error) {
      this.#skipped++;
      this.context.report("warning", `${file}: skipped: ${(error as Error).message}`);
      return undefined;
    }
    const captured = native.now();
    const { format, width, height, data } = image;
    const frame = native.createFrame(format, width, height, data, pts, number);
    return { camera, number, pts, captured, frame };
  }

  async #pace(pts: number): Promise<void> {
    if (!this.options.realtime) return;
    const now = performance.now();
    this.#started ??= now - pts * 1000;
    // In short steps, so that close() does not wait for a slow slide show.
    let wait = this.#started + pts * 1000 - now;
    while (wait > 0 && !this.#closed) {
      await new Promise((done) => setTimeout(done, Math.min(wait, 100)));
      wait = this.#started + pts * 1000 - performance.now();
    }
  }
}
