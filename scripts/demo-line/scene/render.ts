import sharp from "sharp";
import { drawFrame } from "../draw/frame.ts";
import { makeSprite } from "../draw/sprite.ts";
import { type Label, labelOf } from "./label.ts";
import type { Still } from "./still.ts";

/** A drawn still: its JPEG and what is in it. */
export interface Picture {
  readonly jpeg: Uint8Array;
  readonly labels: readonly Label[];
}

/** Draws a still. The same still gives the same bytes. */
export async function renderStill(still: Still): Promise<Picture> {
  const { stage } = still;
  const parts = [];
  for (const { spec, pose } of still.parts) parts.push({ sprite: await makeSprite(spec), pose });
  const { rgb, seen } = drawFrame({ ...stage.size, ...stage, ...still }, parts);
  const jpeg = await sharp(rgb, { raw: { ...stage.size, channels: 3 } })
    .jpeg({ quality: still.quality, chromaSubsampling: "4:2:0" }).toBuffer();
  const labels = still.parts.map(({ spec }, i) => labelOf(spec, seen[i]!))
    .filter((label) => label !== null);
  return { jpeg: new Uint8Array(jpeg), labels };
}
