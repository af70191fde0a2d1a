import { ExitCode } from "./exit.ts";
import { printError } from "./terminal.ts";

/** Ctrl-C, `kill`, and a terminal that was closed: each asks a run to drain. */
const drainingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The runtime drains within 5 s; when twice that has passed, something hangs that should not. */
const drainLimitMs = 10_000;

/** A run's reaction to signals. */
export interface Signals {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals their usual meaning back. */
  release(): void;
}

/**
 * Catches the draining signals: the first aborts the returned signal and calls `draining`; a second
 * one ends the process at once, with exit code 130. If draining hangs the process ends
 * with exit code 1.
 */
export function catchSignals(draining: () => void): Signals {
  const controller = new AbortController();
  let limit: ReturnType<typeof setTimeout> | undefined;
  const caught = () => {
    if (controller.signal.aborted) Deno.exit(ExitCode.interrupted);
    controller.abort();
    draining();
    limit = setTimeout(() => {
      printError("error: not drained after 10 s; stopped at once, files may lack their end\n");
      Deno.exit(ExitCode.failed);
    }, drainLimitMs);
    // A hanging element must not keep a process alive that would otherwise end.
    limit.unref();
  };
  for (const name of drainingSignals) Deno.addSignalListener(name, caught);
  return {
    signal: controller.signal,
    release() {
      clearTimeout(limit);
      for (const name of drainingSignals) Deno.removeSignalListener(name, caught);
    },
  };
}
