/** What a worker answers: the result of its task, or why there is none. */
type Answer<Result> = { readonly result: Result } | { readonly error: string };

/**
 * Runs in a worker: answers every message with what `work` makes of it. What `transfer` names of a
 * result is handed over rather than copied.
 */
export function serve<Task, Result>(
  work: (task: Task) => Promise<Result>,
  transfer: (result: Result) => ArrayBufferLike[] = () => [],
): void {
  const port = self as unknown as {
    onmessage: (event: MessageEvent<Task>) => void;
    postMessage(answer: Answer<Result>, transfer?: ArrayBufferLike[]): void;
  };
  port.onmessage = async ({ data }) => {
    try {
      const result = await work(data);
      port.postMessage({ result }, transfer(result));
    } catch (error) {
      port.postMessage({
        error: error instanceof Error ? error.stack ?? error.message : `${error}`,
      });
    }
  };
}

/** Options of `inOrder`. */
export interface PoolOptions {
  /** The worker's module: one that calls `serve`. */
  readonly module: URL;
  /** How many of them. */
  readonly workers: number;
  /** Ends all of it early; the generator then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Gives tasks to workers, one at a time each, and their results in the order of the tasks, however
 * long each takes. Task `i` always goes to worker `i` modulo their number.
 *
 * @throws {Error} a task failed; the workers are ended then.
 */
export async function* inOrder<Task, Result>(
  tasks: readonly Task[],
  { module, workers: count, signal }: PoolOptions,
): AsyncGenerator<Result> {
  signal?.throwIfAborted();
  const workers = Array.from(
    { length: Math.min(count, tasks.length) },
    () => new Worker(module, { type: "module" }),
  );
  let stop = (_reason: unknown) => {};
  const stopped = new Promise<never>((_, reject) => stop = reject);
  stopped.catch(() => {});
  const onAbort = () => stop(signal!.reason);
  signal?.addEventListener("abort", onAbort);
  const start = (index: number): Promise<Result> => {
    const worker = workers[index % workers.length]!;
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Answer<Result>>) => {
        if ("error" in data) reject(new Error(data.error));
        else resolve(data.result);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      worker.postMessage(tasks[index]);
    });
  };
  const running: Promise<Result>[] = [];
  try {
    for (let i = 0; i < workers.length; i++) running.push(start(i));
    for (let i = 0; i < tasks.length; i++) {
      const result = await Promise.race([running.shift()!, stopped]);
      // This worker is free again, and the next results of the others may be waiting already.
      if (i + workers.length < tasks.length) running.push(start(i + workers.length));
      yield result;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    for (const promise of running) promise.catch(() => {});
    for (const worker of workers) worker.terminate();
  }
}
