import { inRepository, python } from "./places.ts";
import { run, runJson } from "./process.ts";

/** What the two native hot paths cost, and cv2 for the same letterbox. */
export interface NativeCosts {
  /** Milliseconds for 1080p into 640x640 f32 NCHW, one thread, by source format. */
  readonly letterbox: Readonly<Record<"rgb" | "nv12", number>>;
  /** Milliseconds of cv2's resize, pad and transpose, with one and two threads. */
  readonly cv2: { readonly threads1: number; readonly threads2: number };
  /** Microseconds to decode and suppress a YOLOv8 output of 8400 cells and 80 classes. */
  readonly nms: number;
}

/** Builds bench/native and times it, and cv2 after it. */
export async function nativeCosts(report: (text: string) => void): Promise<NativeCosts> {
  report("building bench/native");
  const program = await build();
  const { letterbox, nms } = await runJson<Pick<NativeCosts, "letterbox" | "nms">>([program]);
  const cv2 = await runJson<NativeCosts["cv2"]>([
    python,
    inRepository("bench/reference/letterbox.py"),
  ]);
  return { letterbox, nms, cv2 };
}

async function build(): Promise<string> {
  await run(["make", "--silent", "-C", inRepository("bench/native")]);
  return inRepository("bench/native/build/bench");
}
