import type { NativeSink } from "../native/mod.ts";
import type { Packet } from "../runtime/packet.ts";
import type { ElementContext, ElementInstance } from "./declaration.ts";
import type { RtspOptions } from "./rtsp.ts";

const usualRate = 25;

/** One camera's path on a server that all elements with its port share. */
export class RtspMount implements ElementInstance {
  private constructor(readonly url: string, readonly sink: NativeSink) {}

  static async open(options: RtspOptions, context: ElementContext): Promise<RtspMount> {
    const { address, port } = options;
    const path = context.path(options.path);
    const server = await context.shared(
      `rtsp-server ${address} ${port}`,
      () => context.native.openSink({ kind: "rtsp-server", address, port }),
    );
    const sink = await context.native.openSink({
      kind: "rtsp",
      server: server.handle,
      path,
      fps: options.fps ?? context.fps ?? usualRate,
      encoder: options.encoder,
      bitrate: options.bitrate,
    });
    const url = `rtsp://${address}:${port}${path}`;
    context.report("info", `serving ${url}`);
    return new RtspMount(url, sink);
  }

  async process(packet: Packet): Promise<Packet> {
    await this.sink.push(packet.frame.retain());
    return packet;
  }

  close(): Promise<void> {
    return this.sink.close();
  }

  statistics(): Record<string, number | string> {
    const counters = Object.entries(this.sink.statistics()).filter(([, value]) =>
      typeof value === "number" || typeof value === "string"
    );
    return { ...Object.fromEntries(counters) as Record<string, number | string>, url: this.url };
  }
}
