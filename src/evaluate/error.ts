/** A file of annotations, detections or tracks that can't be used: where, what was found, expected. */
export class DataError extends Error {
  /** Its class. */
  override readonly name = "DataError";

  /**
   * Puts the place before the message.
   *
   * @param place The file, with the record or the line: `gt.json: annotations[17]`.
   */
  constructor(place: string, message: string) {
    super(`${place}: ${message}`);
  }
}
