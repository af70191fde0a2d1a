/**
 * The native library as the rest of the program sees it. Only this folder knows Deno FFI.
 * @module
 */
export * from "./api.ts";
export { Drawing } from "./drawing.ts";
export { NativeError, type NativeStatus } from "./error.ts";
export { libraryPath } from "./library.ts";
export type { ChannelObservation, Observation, ObserverConfig } from "./observer.ts";
export { type NativeOptions, openNative } from "./runtime.ts";
export { type Through, through } from "./through.ts";
