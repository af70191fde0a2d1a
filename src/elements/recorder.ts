import { dirname, extname } from "node:path";
import type { NativeSink } from "../native/mod.ts";
import type { Packet } from "../runtime/packet.ts";
import type { ElementContext, ElementInstance } from "./declaration.ts";
import type { RecordOptions } from "./record.ts";
import type { ElementSummary } from "./summary.ts";

/** Frames per second of a file whose camera does not say. */
const usualRate = 25;

/** Files that this process writes at present: two cameras must not share one. */
const open = new Set<string>();

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The path to write to: the one given, or with a number if that is there. */
async function choose(path: string, exists: RecordOptions["exists"]): Promise<string> {
  if (exists === "overwrite" || !(await isThere(path))) return path;
  if (exists === "error") {
    throw new Error(`${path} is there already, and exists: error was asked for`);
  }
  const suffix = extname(path);
  const stem = path.slice(0, path.length - suffix.length);
  for (let number = 1;; number++) {
    const numbered = `${stem}-${number}${suffix}`;
    if (!open.has(numbered) && !(await isThere(numbered))) return numbered;
  }
}

/** One camera's recording. */
export class Recorder implements ElementInstance {
  private constructor(readonly path: string, readonly sink: NativeSink) {}

  /** Opens the file and makes its folder if need be. */
  static async open(options: RecordOptions, context: ElementContext): Promise<Recorder> {
    const asked = context.path(options.file);
    if (open.has(asked)) {
      throw new Error(`${asked} is being written by another camera: put {camera} into the path`);
    }
    open.add(asked);
    let path = asked;
    try {
      await Deno.mkdir(dirname(asked), { recursive: true });
      path = await choose(asked, options.exists);
      open.add(path);
      if (path !== asked) context.report("info", `${asked} is there already: writing ${path}`);
      const sink = await context.native.openSink({
        kind: "record",
        location: path,
        fps: options.fps ?? context.fps ?? usualRate,
        encoder: options.encoder,
        bitrate: options.bitrate,
        fragment: options.fragment,
      });
      return new Recorder(path, sink);
    } catch (error) {
      open.delete(path);
      throw error;
    } finally {
      if (path !== asked) open.delete(asked);
    }
  }

  async process(packet: Packet): Promise<Packet> {
    await this.sink.push(packet.frame.retain());
    return packet;
  }

  async close(): Promise<void> {
    try {
      await this.sink.close();
    } finally {
      open.delete(this.path);
    }
  }

  statistics(): Record<string, number | string> {
    const counters = Object.entries(this.sink.statistics()).filter(([, value]) =>
      typeof value === "number" || typeof value === "string"
    );
    return { ...Object.fromEntries(counters) as Record<string, number | string>, file: this.path };
  }

  summary(): ElementSummary {
    return { files: [{ path: this.path, count: 1 }] };
  }
}
