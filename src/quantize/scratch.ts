/** A folder in the system's temporary one, gone when the program ends, whatever ends it. */
export interface Scratch {
  readonly path: string;
  /** Removes it. Idempotent. */
  remove(): void;
}

/** Makes one. */
export function scratchFolder(): Scratch {
  const path = Deno.makeTempDirSync({ prefix: "lineside-quantize-" });
  const clean = () => {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch { /* it is gone already */ }
  };
  // A second Ctrl-C ends the program without coming back here.
  globalThis.addEventListener("unload", clean);
  return {
    path,
    remove() {
      globalThis.removeEventListener("unload", clean);
      clean();
    },
  };
}
