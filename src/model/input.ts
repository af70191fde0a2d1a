import type { ModelContract } from "./contract.ts";
import type { HeadReading } from "./family.ts";
import type { Dimension, OnnxOutline, OnnxValue } from "./onnx.ts";
import type { ModelOverrides, Questions } from "./overrides.ts";
import { shapeText, typeName } from "./text.ts";

type Input = ModelContract["input"];
const types: Record<number, Input["type"]> = { 1: "f32", 2: "u8", 10: "f16" };

/** Where an input's dimensions lie. */
export interface InputGeometry {
  readonly layout: "NCHW" | "NHWC";
  readonly type: Input["type"];
  readonly batch: number | null;
  readonly channels: 1 | 3;
  readonly width: Dimension;
  readonly height: Dimension;
}

/**
 * Tells the layout by where the 3 (or 1) channels are.
 * @returns The geometry, undefined where `questions` now asks for the layout, or what is wrong.
 */
export function inputGeometry(
  input: OnnxValue,
  overrides: ModelOverrides,
  questions: Questions,
): InputGeometry | undefined | string {
  const type = types[input.type];
  if (!type) {
    return `its input ${input.name} is ${typeName(input.type)}; expected float32, float16 or uint8`;
  }
  const shape = input.shape;
  if (shape?.length !== 4) {
    return `its input ${input.name} is ${
      shapeText(input)
    }; expected a picture: batch×channels×height×width or batch×height×width×channels`;
  }
  const [batch, second, third, last] = shape as [Dimension, Dimension, Dimension, Dimension];
  const first = channelCount(second);
  const final = channelCount(last);
  let layout = overrides.layout;
  const given = layout === "NCHW" ? second : last;
  if (layout && typeof given === "number" && channelCount(given) === undefined) {
    return `\`${
      questions.name("layout")
    }: ${layout}\` contradicts its input ${input.name}, which is ${
      shapeText(input)
    }: ${given} channels; expected 3 or 1`;
  }
  if (!layout) {
    if (first && !final) layout = "NCHW";
    else if (final && !first) layout = "NHWC";
    else if ((first && final) || typeof second === "string" || typeof last === "string") {
      questions.ask("layout", `NCHW or NHWC: its input ${input.name} is ${shapeText(input)}`);
      return undefined;
    } else {
      return `its input ${input.name} is ${
        shapeText(input)
      }; expected 3 or 1 channels in the second or the last place`;
    }
  }
  const planar = layout === "NCHW";
  return {
    layout,
    type,
    batch: typeof batch === "number" ? batch : null,
    channels: channelCount(planar ? second : last) ?? 3,
    height: planar ? third : second,
    width: planar ? last : third,
  };
}

/** What a pixel becomes and where the picture lies in the input. */
export type Convention = Pick<Input, "order" | "scale" | "mean" | "std" | "align" | "pad">;

/**
 * The way this model's authors prepare pictures. Its metadata may say it outright (`order`, `scale`,
 * `align`: what scripts/train/export.py writes); Ultralytics' exports say who made them; YOLOX takes
 * BGR from 0 to 255, top-left. A family that the user names stands for its authors' way.
 */
export function convention(
  head: HeadReading,
  model: Pick<OnnxOutline, "metadata">,
  geometry: InputGeometry,
  overrides: ModelOverrides,
  questions: Questions,
): Convention | string {
  const { author, stride, names } = model.metadata;
  const { family } = head;
  const yolox = family === "yolox";
  const ultralytics = !yolox && (author === "Ultralytics" ||
    // YOLOv5's own exporter writes these two only.
    (family === "yolov5" && stride !== undefined && names !== undefined) ||
    (overrides.family === family && family !== "suppressed" && !head.decodedCells));
  const whole = geometry.type === "u8";
  const said = stated(model.metadata);

  const order = overrides.order ?? said.order ??
    (geometry.channels === 1 ? "GREY" : ultralytics ? "RGB" : yolox ? "BGR" : undefined);
  if (order !== undefined && (order === "GREY") !== (geometry.channels === 1)) {
    return `\`${questions.name("order")}: ${order}\` contradicts its input, which has ${
      geometry.channels === 1 ? "1 channel" : "3 channels"
    }`;
  }
  const scale = overrides.scale ?? said.scale ??
    (yolox || whole ? 1 : ultralytics ? 1 / 255 : undefined);
  const align = overrides.align ?? said.align ??
    (yolox ? "top-left" : ultralytics ? "center" : undefined);
  const mean = triple(overrides.mean ?? 0);
  const std = triple(overrides.std ?? 1);
  if (!mean || !std || std.some((part) => !(part > 0))) {
    return `\`${questions.name(mean ? "std" : "mean")}\` must be one number or three${
      mean ? ", above 0" : ""
    }`;
  }
  if (whole && (scale !== 1 || mean.some((m) => m !== 0) || std.some((s) => s !== 1))) {
    return `its input takes bytes (uint8), so \`${questions.name("scale")}\` must be 1, \`${
      questions.name("mean")
    }\` 0 and \`${questions.name("std")}\` 1`;
  }
  if (!yolox && !ultralytics) {
    const hint = family === "suppressed" || head.decodedCells
      ? ""
      : ` (\`${
        questions.name("family")
      }: ${family}\` stands for all of RGB, 0-1 and center, its authors' way)`;
    if (!order) questions.ask("order", "RGB or BGR");
    if (scale === undefined) {
      questions.ask(
        "scale",
        `what a pixel is multiplied by (or \`${questions.name("range")}:\` 0-1 or 0-255)`,
      );
    }
    if (!align) questions.ask("align", `center or top-left, where the picture lies${hint}`);
  }
  return {
    order: order ?? "RGB",
    scale: scale ?? 1,
    mean,
    std,
    align: align ?? "center",
    pad: overrides.pad ?? 114,
  };
}

/** What the metadata says of pictures; what can't be understood is left out, and asked for. */
function stated(metadata: Readonly<Record<string, string>>): Partial<Convention> {
  const { order, align } = metadata;
  const scale = Number(metadata.scale);
  return {
    order: order === "RGB" || order === "BGR" || order === "GREY" ? order : undefined,
    scale: scale > 0 && Number.isFinite(scale) ? scale : undefined,
    align: align === "center" || align === "top-left" ? align : undefined,
  };
}

function channelCount(dimension: Dimension): 1 | 3 | undefined {
  return dimension === 1 || dimension === 3 ? dimension : undefined;
}

function triple(value: number | readonly number[]): [number, number, number] | undefined {
  const [a, b, c, ...more] = typeof value === "number" ? [value, value, value] : value;
  if (a === undefined || b === undefined || c === undefined || more.length > 0) return undefined;
  return [a, b, c].every(Number.isFinite) ? [a, b, c] : undefined;
}
