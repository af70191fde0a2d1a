import manifest from "../deno.json" with { type: "json" };
import { inRepository, python } from "./places.ts";
import { run } from "./process.ts";

/** Where and with what the figures were measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly date: string;
}

/** Reads it from /proc, os-release and the packages themselves. */
export async function machine(): Promise<Machine> {
  const cpuinfo = await Deno.readTextFile("/proc/cpuinfo");
  const release = await Deno.readTextFile("/etc/os-release");
  return {
    cpu: /^model name\s*: (.*)$/m.exec(cpuinfo)?.[1] ?? Deno.build.arch,
    cores: navigator.hardwareConcurrency,
    memoryGiB: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    system: `${/^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1]}, Linux ${Deno.osRelease()}`,
    versions: { lineside: manifest.version, deno: Deno.version.deno, ...await packages() },
    commit: await commit(),
    date: new Date().toISOString(),
  };
}

async function packages(): Promise<Record<string, string>> {
  const names = ["openvino", "opencv-python-headless", "numpy", "supervision"];
  const program = `import importlib.metadata as m, json, sys
print(json.dumps({name: m.version(name) for name in sys.argv[1:]}))`;
  const { stdout } = await run([python, "-c", program, ...names]);
  return JSON.parse(stdout);
}

async function commit(): Promise<string> {
  const git = ["git", "-C", inRepository(".")];
  const { stdout } = await run([...git, "rev-parse", "--short", "HEAD"]);
  const changed = (await run([...git, "status", "--porcelain"])).stdout.trim() !== "";
  return stdout.trim() + (changed ? " with changes" : "");
}

/**
 * Whether this processor computes BF16. Elsewhere Lineside refuses that precision, and OpenVINO takes
 * the hint and computes FP32, which must not pass for BF16 in a table.
 */
export async function computesBf16(): Promise<boolean> {
  const program = "import openvino as ov; print(*ov.Core().get_property('CPU', " +
    "'OPTIMIZATION_CAPABILITIES'))";
  const { stdout } = await run([python, "-c", program]);
  return stdout.split(/\s+/).includes("BF16");
}
