import type { Detection, Frame } from "../runtime/packet.ts";
import type {
  ChainDone,
  EngineInfo,
  NativeChain,
  NativeEngine,
  NativeObserver,
  NativeRuntime,
  NativeSink,
  NativeSource,
  SourceHandlers,
} from "./api.ts";
import { type Completion, Completions, kinds } from "./completions.ts";
import { readDetections } from "./detections.ts";
import type { Drawing } from "./drawing.ts";
import { cString, errorBuffer, NativeError, unwrap, unwrapBare } from "./error.ts";
import { formatNumber, NativeFrame } from "./frame.ts";
import { jsonText, openHandle, openLibrary, readJson } from "./library.ts";
import { type Core, NativeObject, whenOpened } from "./object.ts";
import { type ObserverConfig, readObservation } from "./observer.ts";
import type { Symbols } from "./symbols.ts";

function readVersion(symbols: Symbols): string {
  const text = new Uint8Array(32);
  symbols.ls_version(text, text.length);
  return cString(text);
}

/** The native library at work. */
class Library implements NativeRuntime, Core {
  readonly version: string;
  readonly runtime: bigint;
  readonly completions: Completions;
  gone = false;
  readonly #open = new Set<{ close(): Promise<void> }>();
  #closed: Promise<number> | undefined;

  constructor(readonly symbols: Symbols, config: Record<string, unknown>) {
    this.version = readVersion(symbols);
    const out = new BigUint64Array(1);
    unwrap(symbols.ls_runtime_create(jsonText(config), out, errorBuffer));
    this.runtime = out[0]!;
    this.completions = new Completions(symbols, this.runtime);
  }

  now(): number {
    return this.symbols.ls_now();
  }

  openSource(config: Record<string, unknown>, handlers: SourceHandlers): NativeSource {
    const handle = openHandle(
      config,
      (text, out, error) => this.symbols.ls_source_open(this.runtime, text, out, error),
    );
    const object = new NativeObject(this, handle, (completion, { error }) => {
      if (completion.kind === kinds.frame) {
        const frame = NativeFrame.of(this, completion);
        handlers.frame(frame, completion.number, completion.pts, completion.captured);
      } else if (completion.kind === kinds.opened) {
        handlers.opened(JSON.parse(completion.text || "{}"));
      } else if (completion.kind === kinds.end) handlers.end();
      else if (completion.kind === kinds.failed) handlers.failed(error!);
    });
    return this.#keep({
      credit: (frames: number) => {
        if (object.closing) return;
        unwrapBare(this.symbols.ls_source_credit(this.runtime, handle, frames), "source credit");
      },
      close: () => object.close(),
      statistics: () => object.statistics(),
    });
  }

  async openEngine(config: Record<string, unknown>): Promise<NativeEngine> {
    const handle = openHandle(
      config,
      (text, out, error) => this.symbols.ls_engine_open(this.runtime, text, out, error),
    );
    const { object, info } = await whenOpened<EngineInfo>(
      this,
      handle,
      (error) => engine.onFailed?.(error),
    );
    const engine: NativeEngine = this.#keep({
      handle,
      info,
      onFailed: undefined,
      close: () => object.close(),
      statistics: () => object.statistics(),
    });
    return engine;
  }

  createChain(config: Record<string, unknown>, labels: readonly string[]): NativeChain {
    const handle = openHandle(
      config,
      (text, out, error) => this.symbols.ls_chain_create(this.runtime, text, out, error),
    );
    const object = new NativeObject(this, handle);
    const detects = config.nms !== undefined;
    return this.#keep({
      submit: (frame: Frame, done: ChainDone) => {
        const given = frame as NativeFrame;
        this.#submit(
          given,
          (token) => this.symbols.ls_chain_submit(this.runtime, handle, given.handle, token),
          (completion) => {
            const { status, stages } = completion;
            const error = status === 0 ? undefined : new NativeError(status, completion.text);
            let detections: Detection[] | undefined;
            if (detects && !error) detections = readDetections(completion.payload, labels);
            done(error, this.#answer(given, completion), detections, stages);
          },
        );
      },
      close: () => object.close(),
    });
  }

  createObserver(config: ObserverConfig): NativeObserver {
    const handle = openHandle(
      config,
      (text, out, error) => this.symbols.ls_observer_create(this.runtime, text, out, error),
    );
    const object = new NativeObject(this, handle);
    return this.#keep({
      handle,
      observe: async (frame: Frame) => {
        const given = frame as NativeFrame;
        const answer = await this.#work(
          given,
          (token) => this.symbols.ls_observer_submit(this.runtime, handle, given.handle, token),
        );
        answer.release();
      },
      read: (index: number) => readObservation(this, handle, index),
      close: () => object.close(),
    });
  }

  async openSink(config: Record<string, unknown>): Promise<NativeSink> {
    const handle = openHandle(
      config,
      (text, out, error) => this.symbols.ls_sink_open(this.runtime, text, out, error),
    );
    const { object, info } = await whenOpened<Record<string, unknown>>(this, handle, () => {});
    return this.#keep({
      handle,
      info,
      push: async (frame: Frame) => {
        const given = frame as NativeFrame;
        if (object.error) {
          given.release();
          throw object.error;
        }
        const answer = await this.#work(
          given,
          (token) => this.symbols.ls_sink_push(this.runtime, handle, given.handle, token),
        );
        answer.release();
      },
      close: async () => {
        await object.close();
        if (object.error) throw object.error;
      },
      statistics: () => object.statistics(),
    });
  }

  async overlay(frame: Frame, drawing: Drawing): Promise<Frame> {
    const { shapes, text, count } = drawing;
    const given = frame as NativeFrame;
    return await this.#work(given, (token) =>
      this.symbols.ls_overlay_submit(
        this.runtime,
        given.handle,
        shapes,
        count,
        text,
        text.length,
        token,
      ));
  }

  createFrame(
    format: "RGB" | "BGR" | "GREY" | "NV12" | "I420",
    width: number,
    height: number,
    data: Uint8Array<ArrayBuffer>,
    pts: number,
    number: number,
  ): Frame {
    const out = new Uint32Array(1);
    const id = formatNumber(format);
    unwrap(
      this.symbols.ls_frame_create(
        this.runtime,
        id,
        width,
        height,
        data,
        BigInt(data.length),
        pts,
        number,
        out,
        errorBuffer,
      ),
    );
    return new NativeFrame(this, out[0]!, id, width, height);
  }

  liveFrames(): number {
    return this.gone ? 0 : this.symbols.ls_live_frames(this.runtime);
  }

  devices(): Record<string, unknown> {
    return readJson((out, capacity) => this.symbols.ls_devices(this.runtime, out, capacity));
  }

  statistics(): Record<string, unknown> {
    return readJson((out, capacity) => this.symbols.ls_stats(this.runtime, 0, out, capacity));
  }

  close(): Promise<number> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<number> {
    await Promise.allSettled([...this.#open].map((object) => object.close()));
    await this.completions.stop();
    // Includes a frame that came too late for anybody to want it.
    this.gone = true;
    return await this.symbols.ls_runtime_destroy(this.runtime);
  }

  /** Closes it with the runtime, if nobody did before. */
  #keep<T extends { close(): Promise<void> }>(object: T): T {
    const close = object.close;
    object.close = () => close().finally(() => this.#open.delete(object));
    this.#open.add(object);
    return object;
  }

  /** Submits work on a frame, one reference of which the library takes. */
  #submit(
    frame: NativeFrame,
    call: (token: number) => number,
    handler: (completion: Completion) => void,
  ): void {
    const token = this.completions.expect(handler);
    const status = call(token);
    if (status === 0) return frame.give();
    this.completions.forget(token);
    unwrapBare(status, "submitting a frame");
  }

  /** Work with a promise for the frame that comes back. Consumes the reference even on failure. */
  #work(frame: NativeFrame, call: (token: number) => number): Promise<NativeFrame> {
    const { promise, resolve, reject } = Promise.withResolvers<NativeFrame>();
    try {
      this.#submit(frame, call, (completion) => {
        const answer = this.#answer(frame, completion);
        if (completion.status === 0) return resolve(answer);
        const error = new NativeError(completion.status, completion.text);
        answer.release();
        reject(error);
      });
    } catch (error) {
      frame.release();
      reject(error);
    }
    return promise;
  }

  /** The frame that answers: the one submitted, if it is the same, else a new one. */
  #answer(submitted: NativeFrame, completion: Completion): NativeFrame {
    if (completion.frame !== submitted.handle) {
      return NativeFrame.of(this, completion);
    }
    submitted.takeBack();
    return submitted;
  }
}

/** What the library can be started with. */
export interface NativeOptions {
  /** Threads of its pool; 0 or left out: one a core. */
  readonly threads?: number;
  /** Folder of the inference backends; left out: that of the library. */
  readonly backendPath?: string;
}

/**
 * Loads the library and starts it. Close what this returns, and wait for that, before the process
 * ends.
 *
 * @throws {Error} the library is not there or of another version.
 */
export function openNative(options: NativeOptions = {}): NativeRuntime {
  return new Library(openLibrary(), { ...options });
}
