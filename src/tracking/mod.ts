/**
 * Multi-object tracking: gives detections of the same object in consecutive frames the same id.
 * @module
 */
export type { Detection } from "../runtime/packet.ts";
export type { Tracker } from "./tracker.ts";
export { ByteTrack } from "./bytetrack.ts";
export { byteTrackDefaults, type ByteTrackOptions } from "./options.ts";
