import { inputShape, type ModelContract } from "../../model/mod.ts";
import type { NativeEngine, NativeRuntime } from "../../native/mod.ts";
import type { InputSize } from "./instrumented.ts";

/**
 * Opens a model with what is float in 32 bits, a picture at a time, for pictures of a size.
 *
 * @param config More of `ls_engine_open`'s configuration: model, backend, device, threads, streams.
 * @throws {Error} It can't be loaded.
 */
export function openFloatEngine(
  native: NativeRuntime,
  { input }: ModelContract,
  size: InputSize,
  config: Readonly<Record<string, unknown>> & { readonly model: string },
): Promise<NativeEngine> {
  const fixed = input.width !== null && input.height !== null && input.batch === 1;
  return native.openEngine({
    ...config,
    precision: "fp32",
    batch: 1,
    inputShape: fixed ? null : inputShape(input, size),
  });
}
