import type { FrameSize } from "../scene/stage.ts";

/** Encodes frames as H.264 in MP4 with ffmpeg and libx264, on one thread: the same frames, the same bytes. */
export class VideoWriter {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #errors: Promise<string>;

  /** `crf` is libx264's constant rate factor: larger is smaller and worse. */
  constructor(path: string, { width, height }: FrameSize, rate: number, crf: number) {
    this.#child = new Deno.Command("ffmpeg", {
      args: [
        ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y"],
        ...["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`, "-r", `${rate}`],
        ...["-i", "pipe:0", "-an", "-c:v", "libx264", "-preset", "slow", "-crf", `${crf}`],
        ...["-pix_fmt", "yuv420p", "-g", `${2 * rate}`, "-threads", "1"],
        ...["-x264-params", "threads=1:lookahead-threads=1:sliced-threads=0"],
        ...["-colorspace", "smpte170m", "-color_range", "tv"],
        ...["-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"],
        ...["-movflags", "+faststart", "-f", "mp4", path],
      ],
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#errors = new Response(this.#child.stderr).text();
  }

  /** Takes the next frame: red, green, blue of each pixel. */
  async write(rgb: Uint8Array): Promise<void> {
    try {
      await this.#input.write(rgb as Uint8Array<ArrayBuffer>);
    } catch {
      throw new Error(`ffmpeg ended early: ${(await this.#errors).trim() || "it said nothing"}`);
    }
  }

  /** Finishes the file. @throws {Error} ffmpeg failed. */
  async close(): Promise<void> {
    await this.#input.close().catch(() => {});
    const [{ code }, errors] = await Promise.all([this.#child.status, this.#errors]);
    if (code !== 0) throw new Error(`ffmpeg exited with ${code}: ${errors.trim()}`);
  }

  /** Ends ffmpeg; what it wrote is of no use. */
  async abort(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It had ended already.
    }
    await this.#input.abort().catch(() => {});
    await Promise.all([this.#child.status, this.#errors]);
  }
}
