/** What a command wrote and how long it took. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs a command to its end; throws an Error with its last words where it fails. */
export async function run(command: readonly string[], cwd?: string): Promise<Finished> {
  const [program, ...args] = command;
  const start = performance.now();
  const output = await new Deno.Command(program!, { args, cwd, stdin: "null" }).output();
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
