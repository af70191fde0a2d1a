import type { Detection } from "../runtime/packet.ts";
import type { ElementInstance } from "./declaration.ts";

/** Options of `track`, parsed. */
export interface TrackOptions {
  readonly high: number;
  readonly low: number;
  readonly start: number;
  readonly match: number;
  readonly buffer: number;
  readonly confirm: number;
  readonly classAware: boolean;
}

interface Tracker {
  update(detections: readonly Detection[]): Detection[];
}

/** The tracker that the options name, for one camera. */
export async function createTracker(options: TrackOptions): Promise<ElementInstance> {
  const module = "../tracking/mod.ts";
  const { ByteTrack } = await import(module);
  const tracker: Tracker = new ByteTrack(options);
  return {
    process: (packet) => ({ ...packet, detections: tracker.update(packet.detections ?? []) }),
  };
}
