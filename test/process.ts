/**
 * Runs a command, with more in its environment; throws with its standard error unless it succeeds.
 * Returns standard output.
 */
export async function output(
  command: readonly string[],
  cwd?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [program, ...args] = command;
  const { success, code, stdout, stderr } = await new Deno.Command(program!, {
    args,
    cwd,
    env,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) {
    throw new Error(`${command.join(" ")} exited with ${code}: ${text(stderr).slice(-3000)}`);
  }
  return text(stdout);
}
