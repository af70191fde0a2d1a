import type { EngineOptions } from "../../elements/engine_options.ts";
import type { NativeRuntime } from "../../native/mod.ts";

/** What will run a model. */
export interface Runner {
  readonly backend: "openvino" | "tensorrt";
  readonly version: string;
  /** As the backend calls it. */
  readonly device: string;
  /** The device's full name. */
  readonly name: string;
  /** What it computes in. */
  readonly precisions: readonly string[];
  /** Whether products of bytes are added in 16 bits, see `WeightForm`. */
  readonly saturates: boolean;
}

interface Listed {
  readonly name: string;
  readonly version?: string;
  readonly error?: string;
  readonly devices?: readonly {
    readonly id: string;
    readonly name: string;
    readonly precisions: readonly string[];
    readonly saturates?: boolean;
  }[];
}

/** Which backend, in which version, on which device an engine's options mean; undefined: none. */
export function runnerOf(native: NativeRuntime, options: EngineOptions): Runner | undefined {
  const listed = native.devices().backends as readonly Listed[];
  const usable = listed.filter(({ error }) => error === undefined);
  const { backend, device } = options;
  // As the library chooses: the first of these that loads.
  const wanted = backend === "auto" ? ["tensorrt", "openvino"] : [backend];
  const found = wanted.map((name) => usable.find((one) => one.name === name)).find(Boolean);
  if (!found) return undefined;
  const devices = found.devices ?? [];
  const default_ = found.name === "openvino" ? "CPU" : devices[0]?.id ?? "";
  const id = device === undefined || device === "auto" ? default_ : device;
  const known = devices.find((one) => one.id === id);
  return {
    backend: found.name as Runner["backend"],
    version: found.version ?? "",
    device: id,
    name: known?.name ?? id,
    precisions: known?.precisions ?? [],
    saturates: known?.saturates ?? false,
  };
}

/** The best float precision with 16 bits that a device has, else 32 bits. */
export function sixteenBits({ precisions }: Runner): "bf16" | "fp16" | "fp32" {
  return precisions.includes("bf16") ? "bf16" : precisions.includes("fp16") ? "fp16" : "fp32";
}
