/** What the program's exit codes mean. */
export const ExitCode = {
  /** Done, also when Ctrl-C or SIGTERM ended a run that could drain. */
  done: 0,
  /** Failed while running. */
  failed: 1,
  /** A wrong command line or pipeline file. */
  usage: 2,
  /** Stopped at once by a second Ctrl-C. */
  interrupted: 130,
} as const;

/** A message for the user that needs no stack trace, and the code to exit with. */
export class CliError extends Error {
  override readonly name = "CliError";

  /** `placed`: the message begins with the place of the mistake, and says that it is one. */
  constructor(
    message: string,
    readonly exitCode: number = ExitCode.usage,
    readonly options: { readonly placed?: boolean } = {},
  ) {
    super(message);
  }
}
