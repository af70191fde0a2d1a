import { dirname } from "node:path";

/** Characters after which a write starts at once. */
const startAt = 64 * 1024;
/** Characters that may wait; with more, `write` makes its caller wait. */
const mayWait = 1024 * 1024;

/** A text file written in large pieces, at least once a second. */
export class LineWriter {
  /** Bytes written so far. */
  bytes = 0;
  #pending: string[] = [];
  #size = 0;
  #writing: Promise<void> | undefined;
  #error: Error | undefined;
  #timer: ReturnType<typeof setInterval>;
  readonly #encoder = new TextEncoder();

  private constructor(
    readonly path: string,
    readonly file: { write(data: Uint8Array): Promise<number>; close(): void } | undefined,
  ) {
    this.#timer = setInterval(() => this.#start(), 1000);
  }

  /**
   * Opens a file, and makes its folder if need be; `-` is standard output.
   *
   * @throws {Error} it is there and `exists` is `error`, or it can't be written.
   */
  static async open(path: string, exists: "overwrite" | "append" | "error"): Promise<LineWriter> {
    if (path === "-") return new LineWriter("standard output", undefined);
    try {
      await Deno.mkdir(dirname(path), { recursive: true });
      const file = await Deno.open(path, {
        write: true,
        create: exists !== "error",
        createNew: exists === "error",
        truncate: exists === "overwrite",
        append: exists === "append",
      });
      return new LineWriter(path, file);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) {
        throw new Error(`${path} is there already, and exists: error was asked for`);
      }
      throw new Error(`${path} can't be written: ${(error as Error).message}`, { cause: error });
    }
  }

  /**
   * Adds text. Returns a promise only if too much is waiting; then wait for it.
   *
   * @throws {Error} an earlier piece could not be written.
   */
  write(text: string): Promise<void> | undefined {
    if (this.#error) throw this.#error;
    this.#pending.push(text);
    this.#size += text.length;
    if (this.#size < startAt) return;
    this.#start();
    if (this.#size > mayWait) return this.flush();
  }

  /**
   * Resolves once all that was added so far has been written.
   *
   * @throws {Error} it could not be written.
   */
  async flush(): Promise<void> {
    do {
      this.#start();
      await this.#writing;
    } while (this.#size > 0 && !this.#error);
    if (this.#error) throw this.#error;
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.flush();
    } finally {
      this.file?.close();
    }
  }

  #start(): void {
    if (this.#writing || this.#size === 0 || this.#error) return;
    const text = this.#pending.join("");
    this.#pending = [];
    this.#size = 0;
    this.#writing = this.#write(text)
      .catch((error) => {
        this.#error = new Error(`${this.path} can't be written: ${error.message}`, {
          cause: error,
        });
      })
      .finally(() => this.#writing = undefined);
  }

  async #write(text: string): Promise<void> {
    let data = this.#encoder.encode(text);
    this.bytes += data.length;
    while (data.length > 0) {
      data = data.subarray(await (this.file ?? Deno.stdout).write(data));
    }
  }
}
