import { repository } from "../shared.ts";

/** The project's folder, without a slash at its end. */
export const root = repository("").replace(/\/$/, "");

/** What one call of the command line came to. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to call it. */
export interface Call {
  /** Working directory, the project's folder if not said. */
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

/** Starts `scripts/lineside` as a user would; stdin is empty. */
export function start(args: readonly string[], call: Call = {}): Deno.ChildProcess {
  return new Deno.Command(`${root}/scripts/lineside`, {
    args: [...args],
    cwd: call.cwd ?? root,
    env: { ...call.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs `scripts/lineside` to its end. */
export async function lineside(args: readonly string[], call: Call = {}): Promise<Result> {
  return await finished(start(args, call));
}

/** Waits for a started one. */
export async function finished(process: Deno.ChildProcess): Promise<Result> {
  const { code, stdout, stderr } = await process.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A folder that is gone after the test. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "lineside-test-" });
  try {
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
