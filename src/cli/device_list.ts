import { openNative } from "../native/mod.ts";
import { table } from "./tables.ts";

/** What the native library found, and a table of it. */
export interface DeviceList {
  readonly found: Record<string, unknown>;
  readonly text: string;
}

const kinds = ["cameras", "encoders", "decoders", "backends"];

/** Asks the native library what this machine has. */
export async function listDevices(): Promise<DeviceList> {
  const native = openNative();
  try {
    const found = native.devices();
    const rows = kinds.flatMap((kind) => {
      const items = Array.isArray(found[kind]) ? found[kind] as unknown[] : [];
      if (items.length === 0) return [[kind, "none", ""]];
      return items.map((item, index) => [index === 0 ? kind : "", ...describe(item)]);
    });
    return { found, text: table(["kind", "name", "more"], rows, { from: 3, to: 3 }, Deno.stdout) };
  } finally {
    await native.close();
  }
}

/** Name and the rest of one device. */
function describe(item: unknown): [string, string] {
  if (typeof item !== "object" || item === null) return [String(item), ""];
  const { name, id, ...rest } = item as Record<string, unknown>;
  const more = Object.entries({
    ...(name !== undefined && id !== undefined ? { id } : {}),
    ...rest,
  })
    .map(([key, value]) => `${key} ${plain(value)}`).join(", ");
  return [String(name ?? id ?? ""), more];
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join("/");
  if (typeof value === "object" && value !== null) {
    return Object.values(value).map(plain).join(" ");
  }
  return String(value);
}
