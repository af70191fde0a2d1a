import { renderStill } from "../scene/render.ts";
import type { Picture } from "../scene/render.ts";
import type { Domain, FrameSize } from "../scene/stage.ts";
import { makeStill } from "../scene/still.ts";
import { serve } from "./pool.ts";

/** Which still to draw. */
export interface StillTask {
  readonly seed: number;
  readonly index: number;
  readonly domain: Domain;
  readonly size: FrameSize;
}

serve(({ seed, index, domain, size }: StillTask): Promise<Picture> =>
  renderStill(makeStill(seed, index, domain, size))
);
