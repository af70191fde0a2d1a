/** A model file that can't be used as it stands: what was found, what was expected, what to say. */
export class ModelError extends Error {
  /** `ModelError`. */
  override readonly name = "ModelError";

  /**
   * Puts the path before the message.
   *
   * @param message What is wrong, without the path.
   * @param path The file.
   * @param options Engine options (`labels`, `order` …) that would settle it, if any would.
   */
  constructor(
    message: string,
    readonly path: string,
    readonly options: readonly string[] = [],
  ) {
    super(`${path}: ${message}`);
  }
}
