/** The native library as the rest of the program sees it. Only this folder knows Deno FFI. */
export interface NativeRuntime {
  /** Seconds of the monotonic clock that `Packet.captured` is in. */
  now(): number;
}
