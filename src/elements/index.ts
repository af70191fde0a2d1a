/**
 * Every element there is, by name. The only list to add a new one to.
 * @module
 */
import type { Registry } from "../graph/plan.ts";
import type { ElementDeclaration } from "./declaration.ts";
import { count } from "./count.ts";
import { events } from "./events.ts";
import { evidence } from "./evidence.ts";
import { file } from "./file.ts";
import { images } from "./images.ts";
import { infer } from "./infer.ts";
import { letterbox } from "./letterbox.ts";
import { nms } from "./nms.ts";
import { nothing } from "./null.ts";
import { overlay } from "./overlay.ts";
import { record } from "./record.ts";
import { rtsp } from "./rtsp.ts";
import { snapshot } from "./snapshot.ts";
import { track } from "./track.ts";

const all = [
  file,
  images,
  letterbox,
  infer,
  nms,
  track,
  count,
  overlay,
  record,
  events,
  snapshot,
  evidence,
  rtsp,
  nothing,
] as ElementDeclaration[];

/** The built-in elements, in the order in which a pipeline usually has them. */
export const elements: Registry = new Map(all.map((element) => [element.name, element]));
