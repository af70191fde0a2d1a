import { isDeepStrictEqual } from "node:util";
import { redact } from "../graph/mod.ts";
import type { Plan } from "../graph/plan.ts";
import type { BusMessage, RunReport } from "../runtime/report.ts";
import { CliError, ExitCode } from "./exit.ts";
import { LiveLines } from "./live.ts";
import { catchSignals } from "./signals.ts";
import { cameraTable, elementTable, figureTables, fileTable } from "./tables.ts";
import { print, printError, styles } from "./terminal.ts";

/** What the writer of standard output says when nobody reads it any more. */
const readerGone = /standard output can't be written: Broken pipe/;

/** Kept for `--json`; all are printed. A run may last for months. */
const mostMessages = 1000;

/** The options that `run` and `launch` share, as commander gives them. */
export interface ExecuteOptions {
  readonly stats?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly frames?: number;
  /** As written: `10s`. */
  readonly duration?: string;
}

/**
 * Runs a plan to its end, showing it on standard error; standard output stays for data (`--json`,
 * `events: -`).
 *
 * @throws {CliError} with exit code 1 if a camera or the whole run failed.
 */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<void> {
  const { run } = await import("../runtime/run.ts");
  const { PipelineError } = await import("../runtime/error.ts");
  const duration = await seconds(options.duration);
  const lines = new LiveLines(
    !options.quiet && Deno.stderr.isTerminal() && !shares(plan),
    plan.engines.map((engine) => engine.name),
  );
  const signals = catchSignals(() =>
    lines.message("stopping: what is under way is finished first; Ctrl-C again stops at once")
  );
  const messages: BusMessage[] = [];
  /** Cameras whose end has been told already. */
  const told = new Set<string>();
  let gone = false;
  const running = run(plan, {
    frames: options.frames,
    duration,
    signal: signals.signal,
    onMessage(message) {
      if (readerGone.test(message.message)) {
        gone = true;
        void running.stop();
        return;
      }
      // A sink that broke says so again when it is closed.
      if (message.level === "error" && messages.some((one) => isDeepStrictEqual(one, message))) {
        return;
      }
      if ((message.level === "error" || options.json) && messages.length < mostMessages) {
        messages.push(message);
      }
      if (message.level === "error" && message.camera) told.add(message.camera);
      if (!options.quiet || message.level !== "info") lines.message(messageText(message, plan));
    },
  });
  lines.start(() => running.report());
  let failure: Error | undefined;
  try {
    await running.done;
  } catch (error) {
    // What concerns the whole run: a model that can't be loaded, say.
    failure = error instanceof Error ? error : new Error(String(error));
  } finally {
    lines.stop();
    signals.release();
  }
  // As with any filter: `lineside … | head` has nothing to complain about.
  if (gone) return;
  const report = running.report();
  const reasons = report.cameras.filter((camera) => camera.state === "failed");
  const exitCode = failure instanceof PipelineError
    ? ExitCode.usage
    : failure || reasons.length > 0
    ? ExitCode.failed
    : ExitCode.done;
  show(plan, report, options, { exitCode, error: failure?.message, messages });
  if (failure) {
    throw new CliError(redact(failure.message, plan.secrets), exitCode, {
      placed: failure instanceof PipelineError,
    });
  }
  if (exitCode === ExitCode.done) return;
  const untold = reasons.filter((camera) => !told.has(camera.name))
    .map((camera) => `camera ${camera.name}: ${camera.error ?? "failed"}`);
  throw new CliError(redact(untold.join("\n       "), plan.secrets), exitCode);
}

/** Shows what came of it: as JSON on standard output, as tables on standard error. */
function show(
  plan: Plan,
  report: RunReport,
  options: ExecuteOptions,
  more: { readonly exitCode: number; readonly error?: string; readonly messages: BusMessage[] },
): void {
  if (options.json) {
    const all = { pipeline: plan.file, ...report, ...more };
    const hide = (_key: string, value: unknown) =>
      typeof value === "string" ? redact(value, plan.secrets) : value;
    print(JSON.stringify(all, hide) + "\n");
  }
  if (options.quiet || more.error !== undefined) return;
  printError(redact(cameraTable(report) + figureTables(report) + fileTable(report), plan.secrets));
  if (options.stats) printError("\n" + elementTable(report));
}

/** Whether the pipeline writes its events to the very terminal that the live lines are on. */
function shares(plan: Plan): boolean {
  return Deno.stdout.isTerminal() &&
    plan.nodes.some((node) => Object.values(node.options).includes("-"));
}

function messageText(message: BusMessage, plan: Plan): string {
  const { cyan, red, yellow } = styles(Deno.stderr);
  const colour = { info: cyan, warning: yellow, error: red }[message.level];
  const place = [message.camera && `camera ${message.camera}`, message.id].filter(Boolean).join(
    ", ",
  );
  return `${colour(`${message.level}:`)} ${place ? `${place}: ` : ""}${
    redact(message.message, plan.secrets)
  }`;
}

async function seconds(duration: string | undefined): Promise<number | undefined> {
  if (duration === undefined) return undefined;
  const { parseDuration } = await import("../graph/values.ts");
  try {
    return parseDuration(duration);
  } catch (error) {
    throw new CliError(`option --duration: ${(error as Error).message}`);
  }
}
