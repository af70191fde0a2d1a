import { elapsed } from "./figures.ts";
import { columns, printError, styles } from "./terminal.ts";

const refreshMs = 200;
const barWidth = 24;

/** A bar at the foot of the terminal; messages scroll above it. */
export class Progress {
  #done = 0;
  #began: number | undefined;
  #drawn = false;
  readonly #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Begins at once. Nothing is drawn unless `enabled`, but messages are printed all the same.
   *
   * @param label What is being worked on.
   * @param unit What is counted: `images`.
   */
  constructor(
    private readonly enabled: boolean,
    private readonly label: string,
    private readonly total: number,
    private readonly unit: string,
  ) {
    if (enabled) this.#timer = setInterval(() => this.#draw(), refreshMs);
  }

  /** So many are done. The clock begins with the first. */
  update(done: number): void {
    this.#began ??= performance.now();
    this.#done = done;
  }

  /** Prints a message above the bar. */
  message(text: string): void {
    this.#clear();
    printError(text.endsWith("\n") ? text : text + "\n");
  }

  /** Takes the bar away. Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #clear(): void {
    if (this.#drawn) printError("\r\x1b[K");
    this.#drawn = false;
  }

  #draw(): void {
    const seconds = this.#began === undefined ? 0 : (performance.now() - this.#began) / 1000;
    const state = { done: this.#done, total: this.total, seconds };
    printError("\r\x1b[K" + progressText(this.label, this.unit, state, columns()));
    this.#drawn = true;
  }
}

/** The bar as text, at most `width` columns wide. */
export function progressText(
  label: string,
  unit: string,
  { done, total, seconds }: { done: number; total: number; seconds: number },
  width: number,
): string {
  const { dim } = styles(Deno.stderr);
  const full = total > 0 ? Math.round(barWidth * Math.min(1, done / total)) : 0;
  // The first one started the clock.
  const rate = seconds > 0 && done > 1 ? (done - 1) / seconds : undefined;
  const more = rate === undefined
    ? done === 0 ? "loading" : ""
    : `${rate.toFixed(rate < 100 ? 1 : 0)} ${unit}/s  ${elapsed((total - done) / rate)} left`;
  const text = `${done}/${total}  ${more}`.trimEnd();
  // One column stays free: a line that fills the last one would wrap.
  const room = width - 1 - text.length - barWidth - 4;
  if (room < 0) return text.slice(0, Math.max(0, width - 1));
  const name = label.length <= room ? label : room < 3 ? "" : "…" + label.slice(1 - room);
  return `${name}  ${"█".repeat(full)}${dim("░".repeat(barWidth - full))}  ${text}`;
}
