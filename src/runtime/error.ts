import type { Position } from "../graph/plan.ts";

/** A mistake in a pipeline that shows only when files and models are looked at. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";

  /** `message` says what was found and expected; `position` where it is written. */
  constructor(message: string, readonly position: Position, options?: ErrorOptions) {
    super(`${position.file}:${position.line}:${position.column} error: ${message}`, options);
  }
}

/** What went wrong, of anything thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
