import { type Command, InvalidArgumentError, Option } from "commander";

/** An option that may be given several times. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description)
    .default([] as string[], "none")
    .argParser((value: string, before: string[]) => [...before, value]);
}

/** A whole number of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError("Expected a whole number of at least 1.");
  }
  return value;
}

/** `--set`, for verbs that read a pipeline file. */
export function settingOption(): Option {
  return repeatable(
    "--set <path=value>",
    "change a value of the file: cameras.NAME.…, engines.NAME.…, elements.ID.… (repeatable)",
  );
}

/** `--no-color`, which src/cli/terminal.ts reads; here for the help and against misspelling. */
export function colorOption(): Option {
  return new Option("--no-color", "no colours, as the environment variable NO_COLOR says it");
}

/** The options of verbs that run something. */
export function runningOptions(command: Command): Command {
  return command
    .option("--frames <n>", "end each camera after so many frames", positiveInteger)
    .option("--duration <time>", "end the run after so long: 500ms, 10s, 5m")
    .option("--stats", "at the end, show what each element did")
    .option("--json", "at the end, print all figures as one JSON object")
    .option("--quiet", "show errors and warnings alone")
    .addOption(colorOption());
}

/** What `--help` says about exit codes and streams, for verbs that run something. */
export const runningHelp = `
Standard output carries data alone (--json, an element's file "-"); all else goes to standard error.
Ctrl-C or SIGTERM ends a run in order: what is under way is finished and files are closed. A second
one stops at once.

Exit codes: 0 done, 1 failed while running, 2 wrong command line or pipeline file.`;
