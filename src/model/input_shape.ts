import type { ModelContract } from "./contract.ts";

/** Dimensions of a model's input, in its layout, for pictures of a size. */
export function inputShape(
  { layout, order }: Pick<ModelContract["input"], "layout" | "order">,
  { width, height }: { readonly width: number; readonly height: number },
  batch = 1,
): number[] {
  const channels = order === "GREY" ? 1 : 3;
  return layout === "NCHW" ? [batch, channels, height, width] : [batch, height, width, channels];
}
