import { type Completion, type Completions, kinds } from "./completions.ts";
import { NativeError } from "./error.ts";
import { readJson } from "./library.ts";
import type { Symbols } from "./symbols.ts";

/** What every native object needs. */
export interface Core {
  readonly symbols: Symbols;
  readonly runtime: bigint;
  readonly completions: Completions;
}

/** A native object: a source, engine, chain or sink. */
export class NativeObject {
  /** Its error, once it has failed for good. */
  error: NativeError | undefined;
  readonly #closed = Promise.withResolvers<void>();
  #closing = false;

  constructor(
    readonly core: Core,
    readonly handle: number,
    readonly onCompletion?: (completion: Completion, object: NativeObject) => void,
  ) {
    core.completions.listen(handle, (completion) => {
      if (completion.kind === kinds.failed) {
        this.error = new NativeError(completion.status, completion.text);
      }
      try {
        onCompletion?.(completion, this);
      } finally {
        if (completion.kind === kinds.closed) this.#closed.resolve();
      }
    });
  }

  /** Asks the library to close it; resolves once that is done. Idempotent. */
  close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      // The only failure is that it is gone already.
      if (this.core.symbols.ls_close(this.core.runtime, this.handle) !== 0) this.#closed.resolve();
    }
    return this.#closed.promise;
  }

  /** Whether `close` has been called. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Its counters. */
  statistics(): Record<string, unknown> {
    const { symbols, runtime } = this.core;
    return readJson((out, capacity) => symbols.ls_stats(runtime, this.handle, out, capacity));
  }
}

/** Opens an object and waits until it is ready: its JSON about itself, or its failure. */
export async function whenOpened<Info>(
  core: Core,
  handle: number,
  onFailed: (error: NativeError) => void,
): Promise<{ object: NativeObject; info: Info }> {
  const ready = Promise.withResolvers<Info>();
  let opened = false;
  const object = new NativeObject(core, handle, (completion, { error }) => {
    if (completion.kind === kinds.opened) {
      opened = true;
      ready.resolve(JSON.parse(completion.text || "{}"));
    } else if (error && !opened) ready.reject(error);
    else if (completion.kind === kinds.failed) onFailed(error!);
    else if (completion.kind === kinds.closed && !opened) {
      ready.reject(new NativeError(9, "closed while it was being opened"));
    }
  });
  try {
    return { object, info: await ready.promise };
  } catch (error) {
    await object.close();
    throw error;
  }
}
