import type { Diagnostic, Position } from "./plan.ts";

/** Gathers what is wrong with a pipeline, each mistake once. */
export class Report {
  readonly #seen = new Set<string>();
  readonly #diagnostics: Diagnostic[] = [];

  error(position: Position, message: string): void {
    this.add({ level: "error", message, position });
  }

  warning(position: Position, message: string): void {
    this.add({ level: "warning", message, position });
  }

  /** A value reached through two aliases is wrong once. */
  add(diagnostic: Diagnostic): void {
    const { file, line, column } = diagnostic.position;
    const key = JSON.stringify([file, line, column, diagnostic.message]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#diagnostics.push(diagnostic);
  }

  /** Whether something is wrong at the very place. */
  hasErrorAt({ file, line, column }: Position): boolean {
    return this.#diagnostics.some(({ level, position }) =>
      level === "error" && position.file === file && position.line === line &&
      position.column === column
    );
  }

  get failed(): boolean {
    return this.#diagnostics.some((diagnostic) => diagnostic.level === "error");
  }

  /** By position, those of `first` before those of settings. */
  sorted(first: string): Diagnostic[] {
    return [...this.#diagnostics].sort((a, b) =>
      Number(a.position.file !== first) - Number(b.position.file !== first) ||
      (a.position.file < b.position.file ? -1 : a.position.file > b.position.file ? 1 : 0) ||
      a.position.line - b.position.line || a.position.column - b.position.column
    );
  }
}
