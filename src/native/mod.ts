/** The native library as the rest of the program sees it. Only this folder knows Deno FFI. */
export * from "./api.ts";
export { Drawing } from "./drawing.ts";
