import { CliError } from "../exit.ts";
import type { QuantizeOptions } from "./options.ts";
import { printError, styles } from "../terminal.ts";

/** Makes it if need be, and sees that it can be written to, before minutes are spent. */
export async function outputFolder(folder: string): Promise<string> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".lineside-" }));
    return folder;
  } catch (error) {
    throw new CliError(`can't write to ${folder}: ${(error as Error).message}`);
  }
}

/** What is out of range was said on the command line. */
export function usage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return rangeIsUsage(error);
  }
}

/** What is out of range here was said on the command line. */
export function rangeIsUsage(error: unknown): never {
  if (error instanceof RangeError) throw new CliError(error.message);
  throw error;
}

/** Tells of what is doubtful, one line each. */
export function warn(texts: readonly string[], { quiet }: QuantizeOptions): void {
  const { yellow } = styles(Deno.stderr);
  if (!quiet) { for (const text of texts) printError(`${yellow("warning:")} ${text}\n`); }
}
