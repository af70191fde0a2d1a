/** What a command wrote and how long it took. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

const running = new Set<Deno.ChildProcess>();
const signals = ["SIGINT", "SIGTERM"] as const;

/** Ends what was started before this program ends: else it would go on, and have the cores. */
function stop(): void {
  for (const child of running) child.kill();
  Deno.exit(130);
}

/** A command's output, once it has ended. */
async function outputOf(command: Deno.Command): Promise<Deno.CommandOutput> {
  const child = command.spawn();
  if (running.size === 0) { for (const signal of signals) Deno.addSignalListener(signal, stop); }
  running.add(child);
  try {
    return await child.output();
  } finally {
    running.delete(child);
    if (running.size === 0) {
      for (const signal of signals) Deno.removeSignalListener(signal, stop);
    }
  }
}

/** Runs a command to its end; throws an Error with its last words where it fails. */
export async function run(command: readonly string[], cwd?: string): Promise<Finished> {
  const [program, ...args] = command;
  const start = performance.now();
  const output = await outputOf(
    new Deno.Command(program!, { args, cwd, stdin: "null", stdout: "piped", stderr: "piped" }),
  );
  const seconds = (performance.now() - start) / 1000;
  const [stdout, stderr] = [output.stdout, output.stderr].map((b) => new TextDecoder().decode(b));
  if (!output.success) {
    throw new Error(`${command.join(" ")}\nexited with ${output.code}: ${stderr!.slice(-2000)}`);
  }
  return { stdout: stdout!, stderr: stderr!, seconds };
}

/** Runs a command whose last line of output is one JSON object, and returns that. */
export async function runJson<T>(command: readonly string[], cwd?: string): Promise<T> {
  const { stdout } = await run(command, cwd);
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as T;
  } catch {
    throw new Error(`${command.join(" ")}\nended with no JSON object but with: ${line}`);
  }
}
