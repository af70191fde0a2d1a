import { fileURLToPath } from "node:url";
import { errorBuffer, unwrap } from "./error.ts";
import { abiVersion, type Symbols, symbols } from "./symbols.ts";

/** Where the library is: `LINESIDE_LIBRARY`, or what node-gyp built. */
export function libraryPath(): string {
  return environment("LINESIDE_LIBRARY") ??
    fileURLToPath(new URL("../../ffi/build/Release/liblineside.so", import.meta.url));
}

/** A variable's value; undefined if it is not set, or may not be read. */
function environment(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

// Never unloaded: GStreamer's threads and types outlive a runtime.
let opened: { path: string; symbols: Symbols } | undefined;

/**
 * Opens the library, once a process.
 *
 * @throws {Error} it is not there, can't be loaded, or is of another version.
 */
export function openLibrary(path: string = libraryPath()): Symbols {
  if (opened?.path === path) return opened.symbols;
  let library: Deno.DynamicLibrary<typeof symbols>;
  try {
    library = Deno.dlopen(path, symbols);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new Error(
      `the native library ${path} can't be loaded: ${(error as Error).message}. ` +
        "Build it (deno task build), or say where it is in LINESIDE_LIBRARY",
      { cause: error },
    );
  }
  const found = library.symbols.ls_abi_version();
  if (found !== abiVersion) {
    library.close();
    throw new Error(
      `the native library ${path} has ABI version ${found}, but ${abiVersion} is expected: ` +
        "build it again (deno task build)",
    );
  }
  opened = { path, symbols: library.symbols };
  return opened.symbols;
}

const encoder = new TextEncoder();

/** JSON as a C string. */
export function jsonText(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(value) + "\0");
}

/** Calls `open(config, out, error)`, which fills in a handle. */
export function openHandle(
  config: unknown,
  open: (
    config: Uint8Array<ArrayBuffer>,
    out: Uint32Array<ArrayBuffer>,
    error: Uint8Array<ArrayBuffer>,
  ) => number,
): number {
  const out = new Uint32Array(1);
  unwrap(open(jsonText(config), out, errorBuffer));
  return out[0]!;
}

/** Calls a function that fills in JSON and returns the bytes it needs, 0 for nothing. */
export function readJson(
  call: (out: Uint8Array<ArrayBuffer>, capacity: number) => number,
): Record<string, unknown> {
  let buffer = new Uint8Array(4096);
  let needed = call(buffer, buffer.length);
  while (needed > buffer.length) {
    buffer = new Uint8Array(needed + 1024);
    needed = call(buffer, buffer.length);
  }
  if (needed === 0) return {};
  return JSON.parse(new TextDecoder().decode(buffer.subarray(0, needed - 1)));
}
