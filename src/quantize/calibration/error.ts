/** A calibration that can't be made or used; the message says what was found and expected. */
export class CalibrationError extends Error {
  /** Its class. */
  override readonly name = "CalibrationError";

  /** About the file or folder `path`, which begins the message. */
  constructor(message: string, readonly path?: string, options?: ErrorOptions) {
    super(path === undefined ? message : `${path}: ${message}`, options);
  }
}
