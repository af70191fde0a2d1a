/**
 * The functions of ffi/include/lineside.h, as Deno's FFI declares them. Blocking ones are
 * nonblocking here: they run on a thread of Deno's and give a promise. The runtime is a number, not
 * a pointer: Deno lets nobody handle pointers whose FFI is limited to named libraries. That costs
 * 40 ns a call.
 */
export const symbols = {
  ls_abi_version: { parameters: [], result: "u32" },
  ls_version: { parameters: ["buffer", "u32"], result: "u32" },
  ls_now: { parameters: [], result: "f64" },
  ls_runtime_create: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  ls_runtime_destroy: { parameters: ["u64"], result: "u32", nonblocking: true },
  ls_wait: { parameters: ["u64", "f64"], result: "u32", nonblocking: true },
  ls_wake: { parameters: ["u64"], result: "void" },
  ls_take: {
    parameters: ["u64", "buffer", "u32", "buffer", "u32", "buffer"],
    result: "u32",
  },
  ls_close: { parameters: ["u64", "u32"], result: "i32" },
  ls_stats: { parameters: ["u64", "u32", "buffer", "u32"], result: "u32" },
  ls_devices: { parameters: ["u64", "buffer", "u32"], result: "u32" },
  ls_frame_retain: { parameters: ["u64", "u32"], result: "i32" },
  ls_frame_release: { parameters: ["u64", "u32"], result: "i32" },
  ls_live_frames: { parameters: ["u64"], result: "u32" },
  ls_frame_create: {
    parameters: [
      "u64",
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
    parameters: ["u64", "u32", "u32", "buffer", "u64", "buffer"],
    result: "i32",
  },
  ls_tensor_describe: {
    parameters: ["u64", "u32", "u32", "buffer", "buffer"],
    result: "i32",
  },
  ls_tensor_read: {
    parameters: ["u64", "u32", "u32", "buffer", "u64", "buffer"],
    result: "i32",
  },
  ls_source_open: { parameters: ["u64", "buffer", "buffer", "buffer"], result: "i32" },
  ls_source_credit: { parameters: ["u64", "u32", "u32"], result: "i32" },
  ls_engine_open: { parameters: ["u64", "buffer", "buffer", "buffer"], result: "i32" },
  ls_chain_create: { parameters: ["u64", "buffer", "buffer", "buffer"], result: "i32" },
  ls_chain_submit: { parameters: ["u64", "u32", "u32", "u32"], result: "i32" },
  ls_observer_create: { parameters: ["u64", "buffer", "buffer", "buffer"], result: "i32" },
  ls_observer_submit: { parameters: ["u64", "u32", "u32", "u32"], result: "i32" },
  ls_observer_read: {
    parameters: ["u64", "u32", "u32", "buffer", "buffer", "u32", "buffer"],
    result: "i32",
  },
  ls_observer_read_channels: {
    parameters: ["u64", "u32", "u32", "buffer", "u32", "buffer"],
    result: "i32",
  },
  ls_overlay_submit: {
    parameters: ["u64", "u32", "buffer", "u32", "buffer", "u32", "u32"],
    result: "i32",
  },
  ls_sink_open: { parameters: ["u64", "buffer", "buffer", "buffer"], result: "i32" },
  ls_sink_push: { parameters: ["u64", "u32", "u32", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The library's functions. */
export type Symbols = Deno.DynamicLibrary<typeof symbols>["symbols"];

/** `LS_ABI_VERSION` that these declarations are of. */
export const abiVersion = 3;
