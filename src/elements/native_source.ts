import { Subject } from "rxjs";
import type { NativeSource, SourceInfo } from "../native/mod.ts";
import type { Packet } from "../runtime/packet.ts";
import type { Source, SourceContext } from "./declaration.ts";

/** A source that the native library runs; `config` as `ls_source_open` documents. */
export function nativeSource(config: Record<string, unknown>, context: SourceContext): Source {
  const packets = new Subject<Packet>();
  const opened = Promise.withResolvers<SourceInfo>();
  // A failure before `opened` is waited for must not count as unhandled.
  opened.promise.catch(() => {});
  const source: NativeSource = context.native.openSource(config, {
    opened: (info) => opened.resolve(info),
    frame(frame, number, pts, captured) {
      // Nobody listens any more once the camera has ended.
      if (!packets.observed) return frame.release();
      packets.next({ camera: context.camera, number, pts, captured, frame });
    },
    end: () => packets.complete(),
    failed(error) {
      opened.reject(error);
      packets.error(error);
    },
  });
  return {
    packets,
    opened: opened.promise,
    credit: (frames) => source.credit(frames),
    close: () => source.close(),
    drops() {
      const { drops } = source.statistics();
      // Causes that have not come up are not worth showing.
      return Object.fromEntries(
        Object.entries(drops ?? {}).filter(([, count]) => count > 0),
      ) as Record<string, number>;
    },
  };
}
