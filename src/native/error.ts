/** What kind of failure it is. */
export type NativeStatus =
  | "ok"
  | "argument"
  | "config"
  | "handle"
  | "not-found"
  | "format"
  | "unsupported"
  | "io"
  | "device"
  | "closed"
  | "internal";

/** `ls_status`, by number. */
const names: readonly NativeStatus[] = [
  "ok",
  "argument",
  "config",
  "handle",
  "not-found",
  "format",
  "unsupported",
  "io",
  "device",
  "closed",
  "internal",
];

/** A failure that the native library reports; its message says what was found and expected. */
export class NativeError extends Error {
  /** Its class. */
  override readonly name = "NativeError";

  /** What kind of failure it is. */
  readonly status: NativeStatus;

  /** From an `ls_status` and its message. */
  constructor(status: number, message: string) {
    super(message);
    this.status = names[status] ?? "internal";
  }
}

const decoder = new TextDecoder();
const bytes = new Uint8Array(1024);
const view = new DataView(bytes.buffer);

/** The `ls_error` that synchronous calls fill in; read by the next `unwrap`. */
export const errorBuffer: Uint8Array<ArrayBuffer> = bytes;

/** Text of a C string in a buffer. */
export function cString(buffer: Uint8Array): string {
  const end = buffer.indexOf(0);
  return decoder.decode(end < 0 ? buffer : buffer.subarray(0, end));
}

/**
 * Checks the status of a call that was given `errorBuffer`.
 *
 * @throws {NativeError} it is not `LS_OK`.
 */
export function unwrap(status: number): void {
  if (status === 0) return;
  const message = view.getInt32(0, true) === status ? cString(bytes.subarray(4)) : "";
  view.setInt32(0, 0, true);
  throw new NativeError(status, message || `the native library gave status ${status}`);
}

/**
 * Checks the status of a call that has no `ls_error`.
 *
 * @throws {NativeError} it is not `LS_OK`; the message names `what` was called for.
 */
export function unwrapBare(status: number, what: string): void {
  if (status !== 0) throw new NativeError(status, `${what}: ${names[status] ?? "internal"} error`);
}
