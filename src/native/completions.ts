import type { Symbols } from "./symbols.ts";

/** `ls_completion_kind`. */
export const kinds = {
  opened: 1,
  frame: 2,
  end: 3,
  done: 4,
  failed: 5,
  closed: 6,
} as const;

const bytes = 88;
const words = bytes / 4;
const doubles = bytes / 8;
const capacity = 128;
/** Seconds; a pending wait returns by itself after that, and is begun again. */
const patience = 30;

const decoder = new TextDecoder();

/** One completion, read in place: valid only during the handler's call. */
export class Completion {
  readonly #u32: Uint32Array<ArrayBuffer>;
  readonly #i32: Int32Array<ArrayBuffer>;
  readonly #f32: Float32Array<ArrayBuffer>;
  readonly #f64: Float64Array<ArrayBuffer>;
  #payloads: ArrayBuffer;
  #at = 0;

  constructor(completions: ArrayBuffer, payloads: ArrayBuffer) {
    this.#u32 = new Uint32Array(completions);
    this.#i32 = new Int32Array(completions);
    this.#f32 = new Float32Array(completions);
    this.#f64 = new Float64Array(completions);
    this.#payloads = payloads;
  }

  /** Looks at the completion of that index. */
  seek(index: number): void {
    this.#at = index;
  }

  /** Payloads are in another buffer now. */
  rebase(payloads: ArrayBuffer): void {
    this.#payloads = payloads;
  }

  get kind(): number {
    return this.#u32[this.#at * words]!;
  }
  get token(): number {
    return this.#u32[this.#at * words + 1]!;
  }
  get object(): number {
    return this.#u32[this.#at * words + 2]!;
  }
  get frame(): number {
    return this.#u32[this.#at * words + 3]!;
  }
  get status(): number {
    return this.#i32[this.#at * words + 4]!;
  }
  get width(): number {
    return this.#u32[this.#at * words + 7]!;
  }
  get height(): number {
    return this.#u32[this.#at * words + 8]!;
  }
  get format(): number {
    return this.#u32[this.#at * words + 9]!;
  }
  get pts(): number {
    return this.#f64[this.#at * doubles + 5]!;
  }
  get captured(): number {
    return this.#f64[this.#at * doubles + 6]!;
  }
  get number(): number {
    return this.#f64[this.#at * doubles + 7]!;
  }
  get stages(): Float32Array {
    const from = this.#at * words + 16;
    return this.#f32.subarray(from, from + 6);
  }
  get payload(): Uint8Array<ArrayBuffer> {
    const from = this.#at * words;
    return new Uint8Array(this.#payloads, this.#u32[from + 5]!, this.#u32[from + 6]!);
  }
  /** The payload as text. */
  get text(): string {
    return decoder.decode(this.payload);
  }
}

/** Handles one completion. */
export type Handler = (completion: Completion) => void;

/**
 * Keeps one nonblocking `ls_wait` pending, takes what has come in many at a time, and hands each
 * completion to the handler of its token (work) or object (all else).
 */
export class Completions {
  readonly #symbols: Symbols;
  readonly #runtime: bigint;
  readonly #work = new Map<number, Handler>();
  readonly #objects = new Map<number, Handler>();
  readonly #out = new ArrayBuffer(bytes * capacity);
  readonly #outBytes = new Uint8Array(this.#out);
  #payload = new Uint8Array(256 * 1024);
  readonly #needed = new Uint32Array(1);
  readonly #completion = new Completion(this.#out, this.#payload.buffer);
  #nextToken = 1;
  #stopping = false;
  readonly #loop: Promise<void>;

  constructor(symbols: Symbols, runtime: bigint) {
    this.#symbols = symbols;
    this.#runtime = runtime;
    this.#loop = this.#run();
  }

  /** A token that no pending work has, whose completion goes to `handler`. */
  expect(handler: Handler): number {
    let token = this.#nextToken;
    while (this.#work.has(token)) token = next(token);
    this.#nextToken = next(token);
    this.#work.set(token, handler);
    return token;
  }

  /** The work was refused: nothing will come. */
  forget(token: number): void {
    this.#work.delete(token);
  }

  /** Hands completions about an object to `handler`, until it says that the object is closed. */
  listen(object: number, handler: Handler): void {
    this.#objects.set(object, handler);
  }

  /** Ends the loop; what has come in until now is still handled. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#symbols.ls_wake(this.#runtime);
    await this.#loop;
    this.drain();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await this.#symbols.ls_wait(this.#runtime, patience);
      this.drain();
    }
  }

  /** Handles all that has come in. */
  drain(): void {
    for (;;) {
      const count = this.#symbols.ls_take(
        this.#runtime,
        this.#outBytes,
        capacity,
        this.#payload,
        this.#payload.length,
        this.#needed,
      );
      if (count === 0) {
        if (this.#needed[0] === 0) return;
        this.#payload = new Uint8Array(this.#needed[0]! * 2);
        this.#completion.rebase(this.#payload.buffer);
      }
      for (let index = 0; index < count; index++) {
        this.#completion.seek(index);
        this.#dispatch(this.#completion);
      }
    }
  }

  #dispatch(completion: Completion): void {
    const { kind, token, object } = completion;
    let handler: Handler | undefined;
    if (kind === kinds.done) {
      handler = this.#work.get(token);
      this.#work.delete(token);
    } else {
      handler = this.#objects.get(object);
      if (kind === kinds.closed) this.#objects.delete(object);
    }
    if (!handler) {
      // Nobody wants it any more, but a frame that came with it must not leak.
      if (completion.frame) this.#symbols.ls_frame_release(this.#runtime, completion.frame);
      return;
    }
    try {
      handler(completion);
    } catch (error) {
      // A fault of ours; the completions after it must be handled all the same.
      reportError(error);
    }
  }
}

const next = (token: number) => token === 0xffffffff ? 1 : token + 1;
