import { redact } from "../graph/mod.ts";
import type { Plan } from "../graph/plan.ts";
import type { BusMessage, RunReport } from "../runtime/report.ts";
import { CliError, ExitCode } from "./exit.ts";
import { LiveLines } from "./live.ts";
import { catchSignals } from "./signals.ts";
import { cameraTable, elementTable } from "./tables.ts";
import { print, printError, styles } from "./terminal.ts";

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
  const duration = await seconds(options.duration);
  const lines = new LiveLines(
    !options.quiet && Deno.stderr.isTerminal() && !shares(plan),
    plan.engines.map((engine) => engine.name),
  );
  const signals = catchSignals(() =>
    lines.message("stopping: what is under way is finished first; Ctrl-C again stops at once")
  );
  const messages: BusMessage[] = [];
  const running = run(plan, {
    frames: options.frames,
    duration,
    signal: signals.signal,
    onMessage(message) {
      if (options.json) messages.push(message);
      if (!options.quiet || message.level !== "info") lines.message(messageText(message, plan));
    },
  });
  lines.start(() => running.report());
  let failure: string | undefined;
  try {
    await running.done;
  } catch (error) {
    // What concerns the whole run: a model that can't be loaded, say.
    failure = error instanceof Error ? error.message : String(error);
  } finally {
    lines.stop();
    signals.release();
  }
  finish(plan, running.report(), options, messages, failure);
}

/** Shows what came of it. */
function finish(
  plan: Plan,
  report: RunReport,
  options: ExecuteOptions,
  messages: readonly BusMessage[],
  failure: string | undefined,
): void {
  const reasons = failure !== undefined ? [failure] : report.cameras
    .filter((camera) => camera.state === "failed")
    .map((camera) => `camera ${camera.name}: ${camera.error ?? "failed"}`);
  const exitCode = reasons.length > 0 ? ExitCode.failed : ExitCode.done;
  if (options.json) {
    const all = { pipeline: plan.file, exitCode, error: failure, ...report, messages };
    const hide = (_key: string, value: unknown) =>
      typeof value === "string" ? redact(value, plan.secrets) : value;
    print(JSON.stringify(all, hide) + "\n");
  }
  if (!options.quiet && failure === undefined) {
    printError(cameraTable(report));
    if (options.stats) printError("\n" + elementTable(report));
  }
  if (reasons.length > 0) {
    throw new CliError(redact(reasons.join("\n       "), plan.secrets), ExitCode.failed);
  }
}

/** Whether the pipeline writes its events to the very terminal that the live lines are on. */
function shares(plan: Plan): boolean {
  return Deno.stdout.isTerminal() &&
    plan.nodes.some((node) => Object.values(node.options).includes("-"));
}

function messageText(message: BusMessage, plan: Plan): string {
  const { cyan, red, yellow } = styles(Deno.stderr);
  const colour = { info: cyan, warning: yellow, error: red }[message.level];
  const place = [message.camera, message.id].filter(Boolean).join("/");
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
