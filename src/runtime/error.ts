import type { Position } from "../graph/plan.ts";

/** A mistake in a pipeline that shows only when files and models are looked at. */
export class PipelineError extends Error {
  /** Its class. */
  override readonly name = "PipelineError";

  /** Where it is written. */
  readonly position: Position;

  /** `message` says what was found and expected. */
  constructor(message: string, position: Position, options?: ErrorOptions) {
    super(`${position.file}:${position.line}:${position.column} error: ${message}`, options);
    this.position = position;
  }
}

/** What went wrong, of anything thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
