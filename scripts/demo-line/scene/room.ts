import type { PartSpec } from "../draw/sprite.ts";
import type { Stage } from "./stage.ts";

/** The belt across its motion, in pixels from the frame's top edge at the frame's middle. */
export interface Room {
  readonly top: number;
  readonly bottom: number;
  /** Whether a guide stands there: parts do not get under it. */
  readonly guided: { readonly top: boolean; readonly bottom: boolean };
}

/** What the guides leave of the belt. */
export function roomOf({ rails, size }: Stage): Room {
  const [top, bottom] = [rails.find((rail) => rail.top), rails.find((rail) => !rail.top)];
  return {
    top: top?.width ?? 0,
    bottom: size.height - (bottom?.width ?? 0),
    guided: { top: top !== undefined, bottom: bottom !== undefined },
  };
}

/** `y` moved so far that the part lies beside the guides; without one, a fifth of it may be out of view. */
export function within({ top, bottom, guided }: Room, part: PartSpec, y: number): number {
  const [clear, cut] = [part.size / 2 + 2, part.size * 0.3];
  return Math.min(
    Math.max(y, top + (guided.top ? clear : cut)),
    bottom - (guided.bottom ? clear : cut),
  );
}
