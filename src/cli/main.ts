import { CommanderError } from "commander";
import { CliError, ExitCode } from "./exit.ts";
import { program } from "./program.ts";
import { printError, styles } from "./terminal.ts";

/** Runs one command line; resolves with the code to exit with. */
async function main(args: readonly string[]): Promise<number> {
  const { red } = styles(Deno.stderr);
  try {
    await program().parseAsync(args, { from: "user" });
    return ExitCode.done;
  } catch (error) {
    // Commander has printed its message already; --help and --version throw too, with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : ExitCode.usage;
    if (error instanceof CliError) {
      const mark = error.options.placed ? "" : `${red("error:")} `;
      if (error.message) printError(`${mark}${error.message}\n`);
      return error.exitCode;
    }
    // Not one of ours: a fault, so where it happened is worth more than brevity.
    printError(`${red("error:")} ${error instanceof Error ? error.stack : String(error)}\n`);
    return ExitCode.failed;
  }
}

Deno.exit(await main(Deno.args));
