import { inRepository, python } from "./places.ts";
import { run } from "./process.ts";

/** What the two native hot paths cost, and what Python takes for the same. */
export interface NativeCosts {
  /** Times in microseconds by what was timed, as bench/native/micro.cc prints them; one thread. */
  readonly micro: Readonly<Record<string, Percentiles>>;
  /** The same work by cv2 and numpy, into memory that is there already, on one thread too. */
  readonly python: Readonly<Record<string, Percentiles>>;
}

/** Microseconds. */
export interface Percentiles {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
}

/** What the targets are judged by. */
export const judged = {
  letterbox: "letterbox RGB 1920x1080 to 640x640 f32 NCHW",
  nms: "detect yolov8 8400x80, 300 over the threshold",
} as const;

/** Builds bench/native/micro.cc with the library's own sources, runs it, and cv2 after it. */
export async function nativeCosts(report: (text: string) => void): Promise<NativeCosts> {
  report("building bench/native/micro.cc");
  const program = await build();
  const { stdout } = await run([program]);
  const careful = await run([python, inRepository("bench/native/micro_cv2.py")]);
  return { micro: JSON.parse(stdout), python: JSON.parse(careful.stdout) };
}

async function build(): Promise<string> {
  const sources: string[] = [];
  for (const room of ["preprocess", "postprocess"]) {
    for await (const { name } of Deno.readDir(inRepository(`ffi/src/${room}`))) {
      if (name.endsWith(".cc")) sources.push(inRepository(`ffi/src/${room}/${name}`));
    }
  }
  const folder = inRepository("ffi/build/bench");
  await Deno.mkdir(folder, { recursive: true });
  const includes = ["ffi/include", "ffi/src", "bench/native"].map((path) =>
    `-I${inRepository(path)}`
  );
  const main = inRepository("bench/native/micro.cc");
  const flags = ["-std=c++17", "-O3", "-pthread"]; // as ffi/binding.gyp
  await run(["g++", ...flags, ...includes, main, ...sources.sort(), "-o", `${folder}/micro`]);
  return `${folder}/micro`;
}
