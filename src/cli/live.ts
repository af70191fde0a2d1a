import type { RunReport } from "../runtime/report.ts";
import { drops, elapsed, latency, rate } from "./figures.ts";
import { columns, printError, styles } from "./terminal.ts";

const refreshMs = 500;

/** The lines at the foot of the terminal while a run goes on; messages scroll above them. */
export class LiveLines {
  #drawn = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Nothing is drawn unless `enabled`, but messages are printed all the same. `engines` are the
   * names of those that must be loaded before the first frame.
   */
  constructor(private readonly enabled: boolean, private readonly engines: readonly string[]) {}

  /** Draws what `report` returns twice a second. */
  start(report: () => RunReport): void {
    if (!this.enabled) return;
    this.#timer = setInterval(() => this.#draw(report()), refreshMs);
  }

  /** Prints a message above the lines. */
  message(text: string): void {
    this.#clear();
    printError(text.endsWith("\n") ? text : text + "\n");
  }

  /** Takes the lines away. Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #clear(): void {
    if (this.#drawn > 0) printError(`\x1b[${this.#drawn}A\r\x1b[J`);
    this.#drawn = 0;
  }

  #draw(report: RunReport): void {
    const lines = liveText(report, columns(), this.engines);
    // One write, so that a slow terminal never shows the gap between old and new.
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A\r\x1b[J` : "";
    printError(up + lines.join("\n") + "\n");
    this.#drawn = lines.length;
  }
}

/** The live lines: one a camera, none wider than `width` columns. */
export function liveText(
  report: RunReport,
  width: number,
  engines: readonly string[] = [],
): string[] {
  const { green, red, yellow } = styles(Deno.stderr);
  const nameWidth = Math.max(...report.cameras.map((camera) => camera.name.length), 0);
  return report.cameras.map((camera) => {
    const text = camera.state === "opening"
      ? `${opening(report, engines)}, ${elapsed(report.seconds)}`
      : camera.state === "failed"
      ? `failed: ${(camera.error ?? "no reason given").replaceAll(/\s+/g, " ")}`
      : `${rate(camera).padStart(7)} frames/s  ${camera.framesOut} frames  ` +
        `drops ${drops(camera.drops)}  latency p50/p95 ${latency(camera.latency)} ms  ` +
        elapsed(report.seconds) + (camera.state === "running" ? "" : `  ${camera.state}`);
    // Cut before colouring: a line that wraps could not be taken back.
    const name = camera.name.padEnd(nameWidth).slice(0, Math.max(width - 4, 1));
    const cut = text.slice(0, Math.max(width - name.length - 4, 0));
    const mark = camera.state === "failed"
      ? red("✗")
      : camera.state === "opening"
      ? yellow("…")
      : green("●");
    return `${mark} ${name} ${cut}`;
  });
}

/** What a camera that is not there yet waits for. */
function opening(report: RunReport, engines: readonly string[]): string {
  const missing = engines.filter((name) => !report.engines.some((engine) => engine.name === name));
  return missing.length > 0 ? `loading ${missing.join(", ")}` : "opening";
}
