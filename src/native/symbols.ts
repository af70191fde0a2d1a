/**
 * The functions of ffi/include/lineside.h, as Deno's FFI declares them. Blocking ones are
 * nonblocking here: they run on a thread of Deno's and give a promise.
 */
export const symbols = {
  ls_abi_version: { parameters: [], result: "u32" },
  ls_version: { parameters: [], result: "pointer" },
  ls_now: { parameters: [], result: "f64" },
  ls_runtime_create: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  ls_runtime_destroy: { parameters: ["pointer"], result: "u32", nonblocking: true },
  ls_wait: { parameters: ["pointer", "f64"], result: "u32", nonblocking: true },
  ls_wake: { parameters: ["pointer"], result: "void" },
  ls_take: {
    parameters: ["pointer", "buffer", "u32", "buffer", "u32", "buffer"],
    result: "u32",
  },
  ls_close: { parameters: ["pointer", "u32"], result: "i32" },
  ls_stats: { parameters: ["pointer", "u32", "buffer", "u32"], result: "u32" },
  ls_devices: { parameters: ["pointer", "buffer", "u32"], result: "u32" },
  ls_frame_retain: { parameters: ["pointer", "u32"], result: "i32" },
  ls_frame_release: { parameters: ["pointer", "u32"], result: "i32" },
  ls_live_frames: { parameters: ["pointer"], result: "u32" },
  ls_frame_create: {
    parameters: [
      "pointer",
      "u32",
      "u32",
      "u32",
      "buffer",
      "u64",
      "f64",
      "f64",
      "buffer",
      "buffer",
    ],
    result: "i32",
  },
  ls_frame_read: {
    parameters: ["pointer", "u32", "u32", "buffer", "u64", "buffer"],
    result: "i32",
  },
  ls_tensor_describe: {
    parameters: ["pointer", "u32", "u32", "buffer", "buffer"],
    result: "i32",
  },
  ls_tensor_read: {
    parameters: ["pointer", "u32", "u32", "buffer", "u64", "buffer"],
    result: "i32",
  },
  ls_source_open: { parameters: ["pointer", "buffer", "buffer", "buffer"], result: "i32" },
  ls_source_credit: { parameters: ["pointer", "u32", "u32"], result: "i32" },
  ls_engine_open: { parameters: ["pointer", "buffer", "buffer", "buffer"], result: "i32" },
  ls_chain_create: { parameters: ["pointer", "buffer", "buffer", "buffer"], result: "i32" },
  ls_chain_submit: { parameters: ["pointer", "u32", "u32", "u32"], result: "i32" },
  ls_overlay_submit: {
    parameters: ["pointer", "u32", "buffer", "u32", "buffer", "u32", "u32"],
    result: "i32",
  },
  ls_sink_open: { parameters: ["pointer", "buffer", "buffer", "buffer"], result: "i32" },
  ls_sink_push: { parameters: ["pointer", "u32", "u32", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The library's functions. */
export type Symbols = Deno.DynamicLibrary<typeof symbols>["symbols"];

/** `LS_ABI_VERSION` that these declarations are of. */
export const abiVersion = 1;
