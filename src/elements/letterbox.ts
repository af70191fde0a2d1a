import { z } from "zod";
import { size } from "../graph/values.ts";
import type { NativeContext, NativeElement } from "./declaration.ts";

const options = z.strictObject({
  size: size().optional().describe(
    "Pixels of the model's input, 640 or 640x384; left out: what the model wants",
  ),
  align: z.enum(["center", "top-left"]).optional().describe(
    "Where the picture lies; left out: as the model was trained",
  ),
  pad: z.number().int().min(0).max(255).optional().describe(
    "Grey level around the picture; left out: as the model was trained, mostly 114",
  ),
  upscale: z.boolean().default(true).describe(
    "Whether a picture smaller than the input is enlarged",
  ),
});

type Options = z.output<typeof options>;

/** Width and height of the tensor, from the option or the model. */
function tensorSize(options: Options, context: NativeContext): { width: number; height: number } {
  const wanted = context.model?.input;
  const asked = options.size;
  const width = asked?.width ?? wanted?.width;
  const height = asked?.height ?? wanted?.height;
  if (!width || !height) {
    throw new RangeError(
      wanted
        ? `${context.model!.path} takes any input size: say which, size: 640 for example`
        : "no model follows that would tell the size: say which, size: 640 for example",
    );
  }
  if ((wanted?.width && wanted.width !== width) || (wanted?.height && wanted.height !== height)) {
    throw new RangeError(
      `size is ${width}x${height}, but ${context.model!.path} takes ${wanted.width ?? "any"}x${
        wanted.height ?? "any"
      } only: leave size out, or use that`,
    );
  }
  return { width, height };
}

/** Scales a picture into a model's input. */
export const letterbox: NativeElement<Options> = {
  name: "letterbox",
  role: "native",
  summary: "Scales a picture into a model's input, keeping its proportions and padding the rest",
  description: `Bilinear, straight from the decoder's format to the model's tensor. Size,
alignment, padding, channel order and normalization come from the model of the engine that follows;
what is said here wins where the model leaves a choice.`,
  accepts: ["image"],
  gives: "tensor",
  options,
  shorthand: "size",
  example: "letterbox: { size: 640 }",
  part(options, context) {
    const input = context.model?.input;
    return {
      letterbox: {
        ...tensorSize(options, context),
        upscale: options.upscale,
        align: options.align ?? input?.align ?? "center",
        pad: options.pad ?? input?.pad ?? 114,
        ...(input && {
          layout: input.layout,
          type: input.type,
          order: input.order,
          scale: input.scale,
          mean: input.mean,
          std: input.std,
        }),
      },
    };
  },
};
