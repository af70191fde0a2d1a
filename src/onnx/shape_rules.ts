import { integer, integers, string } from "./attributes.ts";
import type { Size } from "./model.ts";
import type { ShapeQuestions } from "./shapes.ts";

type Shape = readonly Size[];
type Rule = (ask: ShapeQuestions) => readonly (Shape | undefined)[] | undefined;

/** Shapes of outputs by operator (https://onnx.ai/onnx/operators/). */
export const shapeRules: Readonly<Record<string, Rule>> = {
  Conv: (ask) => one(convolution(ask)),
  ConvTranspose: (ask) => one(transposedConvolution(ask)),
  MaxPool: (ask) => one(window(ask, ask.shape(0), integers(ask.node, "kernel_shape"))),
  AveragePool: (ask) => one(window(ask, ask.shape(0), integers(ask.node, "kernel_shape"))),
  GlobalAveragePool: (ask) => one(ask.shape(0)?.map((size, i) => i < 2 ? size : 1)),
  GlobalMaxPool: (ask) => one(ask.shape(0)?.map((size, i) => i < 2 ? size : 1)),
  Concat: (ask) => one(concatenated(ask)),
  Split: (ask) => split(ask),
  Slice: (ask) => one(slice(ask)),
  Resize: (ask) => one(resized(ask, ask.opset < 11 ? 1 : 2, ask.opset < 11 ? -1 : 3)),
  Upsample: (ask) => one(resized(ask, 1, -1)),
  Transpose: (ask) => one(transposed(ask)),
  Reshape: (ask) => one(reshaped(ask)),
  Flatten: (ask) => one(flattened(ask)),
  Gemm: (ask) => one(gemm(ask)),
  MatMul: (ask) => one(product(ask)),
  Pad: (ask) => one(padded(ask)),
  ...Object.fromEntries(
    ["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "PRelu"].map((op) => [op, broadcast]),
  ),
  ...Object.fromEntries(
    [
      ...["Relu", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Mish", "Tanh"],
      ...["Clip", "Elu", "Exp", "Sqrt", "Softplus", "Softmax", "Erf", "Gelu", "Neg", "Identity"],
      ...["Dropout", "BatchNormalization", "InstanceNormalization", "Cast", "QuantizeLinear"],
      "DequantizeLinear",
    ].map((op) => [op, (ask: ShapeQuestions) => one(ask.shape(0))]),
  ),
};

function one(shape: Shape | undefined): readonly (Shape | undefined)[] {
  return [shape];
}

/** Sizes after a window has moved over the spatial dimensions of `shape`. */
function window(
  { node }: ShapeQuestions,
  shape: Shape | undefined,
  kernel: readonly Size[] | undefined,
): Shape | undefined {
  if (!shape || !kernel) return undefined;
  const rank = kernel.length;
  const strides = integers(node, "strides") ?? Array(rank).fill(1);
  const dilations = integers(node, "dilations") ?? Array(rank).fill(1);
  const pads = integers(node, "pads") ?? Array(2 * rank).fill(0);
  const same = string(node, "auto_pad", "NOTSET").startsWith("SAME");
  const round = integer(node, "ceil_mode", 0) ? Math.ceil : Math.floor;
  return shape.map((size, i) => {
    const at = i - 2;
    const extent = kernel[at];
    if (i < 2 || size === undefined) return size;
    if (extent === undefined) return undefined;
    if (same) return Math.ceil(size / strides[at]!);
    const room = size + pads[at]! + pads[at + rank]! - dilations[at]! * (extent - 1) - 1;
    return round(room / strides[at]!) + 1;
  });
}

function convolution(ask: ShapeQuestions): Shape | undefined {
  const weights = ask.shape(1);
  const shape = window(ask, ask.shape(0), integers(ask.node, "kernel_shape") ?? weights?.slice(2));
  return shape && [shape[0], weights?.[0], ...shape.slice(2)];
}

function transposedConvolution(ask: ShapeQuestions): Shape | undefined {
  const [shape, weights] = [ask.shape(0), ask.shape(1)];
  if (!shape || !weights || integers(ask.node, "output_shape")) return undefined;
  if (string(ask.node, "auto_pad", "NOTSET") !== "NOTSET") return undefined;
  const kernel = weights.slice(2);
  const rank = kernel.length;
  const all = (name: string, otherwise: number, count = rank) =>
    integers(ask.node, name) ?? Array<number>(count).fill(otherwise);
  const [strides, dilations] = [all("strides", 1), all("dilations", 1)];
  const [pads, extra] = [all("pads", 0, 2 * rank), all("output_padding", 0)];
  const channels = weights[1];
  return shape.map((size, i) => {
    const at = i - 2;
    if (i === 0) return size;
    if (i === 1) return channels && channels * integer(ask.node, "group", 1);
    const extent = kernel[at];
    return size === undefined || extent === undefined ? undefined : strides[at]! * (size - 1) +
      extra[at]! + (extent - 1) * dilations[at]! + 1 - pads[at]! - pads[at + rank]!;
  });
}

function concatenated(ask: ShapeQuestions): Shape | undefined {
  const shapes = ask.node.input.map((_, i) => ask.shape(i));
  const first = shapes.find((shape) => shape);
  if (!first) return undefined;
  const axis = integer(ask.node, "axis", 1);
  const at = axis < 0 ? axis + first.length : axis;
  return first.map((size, i) => {
    if (i !== at) return shapes.find((shape) => shape?.[i] !== undefined)?.[i] ?? size;
    return shapes.reduce<Size>((sum, shape) => plus(sum, shape?.[i]), 0);
  });
}

function split(ask: ShapeQuestions): (Shape | undefined)[] {
  const shape = ask.shape(0);
  const count = ask.node.output.length;
  if (!shape) return [];
  const axis = integer(ask.node, "axis", 0);
  const at = axis < 0 ? axis + shape.length : axis;
  const whole = shape[at];
  const sizes = integers(ask.node, "split") ?? ask.constant(1);
  return ask.node.output.map((_, i) => {
    const even = whole === undefined ? undefined : Math.ceil(whole / count);
    const size = sizes ? sizes[i] : even && Math.min(even, whole! - i * even);
    return shape.map((other, j) => j === at ? size : other);
  });
}

function slice(ask: ShapeQuestions): Shape | undefined {
  const shape = ask.shape(0);
  const old = ask.opset < 10;
  const starts = old ? integers(ask.node, "starts") : ask.constant(1);
  const ends = old ? integers(ask.node, "ends") : ask.constant(2);
  if (!shape || !starts || !ends) return undefined;
  const axes = (old ? integers(ask.node, "axes") : ask.constant(3)) ?? starts.map((_, i) => i);
  const steps = (old ? undefined : ask.constant(4)) ?? starts.map(() => 1);
  const result = [...shape];
  axes.forEach((axis, i) => {
    const at = axis < 0 ? axis + shape.length : axis;
    const size = shape[at];
    if (size === undefined) return;
    const step = steps[i]!;
    const bound = (value: number, low: number, high: number) =>
      Math.min(Math.max(value < 0 ? value + size : value, low), high);
    const from = step > 0 ? bound(starts[i]!, 0, size) : bound(starts[i]!, 0, size - 1);
    const to = step > 0 ? bound(ends[i]!, 0, size) : bound(ends[i]!, -1, size - 1);
    result[at] = Math.max(0, Math.ceil((to - from) / step));
  });
  return result;
}

function resized(ask: ShapeQuestions, scalesAt: number, sizesAt: number): Shape | undefined {
  const shape = ask.shape(0);
  const sizes = ask.constant(sizesAt);
  if (sizes?.length && sizes.length === shape?.length) return sizes;
  const scales = ask.constant(scalesAt);
  return scales && shape?.length === scales.length
    ? shape.map((size, i) => size && Math.floor(size * scales[i]!))
    : shape?.map((size, i) => i < 2 ? size : undefined);
}

function transposed(ask: ShapeQuestions): Shape | undefined {
  const shape = ask.shape(0);
  const order = integers(ask.node, "perm") ?? shape?.map((_, i) => shape.length - 1 - i);
  return shape && order?.map((from) => shape[from]);
}

function reshaped(ask: ShapeQuestions): Shape | undefined {
  const [shape, wish] = [ask.shape(0), ask.constant(1)];
  if (!wish) return undefined;
  const kept = wish.map((size, i) => size === 0 ? shape?.[i] : size < 0 ? -1 : size);
  const total = shape?.reduce<Size>(times, 1);
  const known = kept.reduce<Size>(
    (product, size) => size === -1 ? product : times(product, size),
    1,
  );
  return kept.map((size) => size === -1 ? total && known ? total / known : undefined : size);
}

function flattened(ask: ShapeQuestions): Shape | undefined {
  const shape = ask.shape(0);
  const axis = integer(ask.node, "axis", 1);
  return shape && [shape.slice(0, axis), shape.slice(axis)].map((part) => part.reduce(times, 1));
}

function gemm(ask: ShapeQuestions): Shape | undefined {
  const [a, b] = [ask.shape(0), ask.shape(1)];
  return a && b &&
    [a[integer(ask.node, "transA", 0) ? 1 : 0], b[integer(ask.node, "transB", 0) ? 0 : 1]];
}

function product(ask: ShapeQuestions): Shape | undefined {
  const [a, b] = [ask.shape(0), ask.shape(1)];
  if (!a || !b || a.length < 2 || b.length < 2) return undefined;
  const batch = broadcastOf([a.slice(0, -2), b.slice(0, -2)]);
  return [...batch, a.at(-2), b.at(-1)];
}

function padded(ask: ShapeQuestions): Shape | undefined {
  const shape = ask.shape(0);
  const pads = ask.opset < 11 ? integers(ask.node, "pads") : ask.constant(1);
  if (!shape || !pads || pads.length !== 2 * shape.length) return undefined;
  return shape.map((size, i) => size && size + pads[i]! + pads[i + shape.length]!);
}

function broadcast(ask: ShapeQuestions): readonly (Shape | undefined)[] {
  const shapes = ask.node.input.map((_, i) => ask.shape(i));
  return one(shapes.every((shape) => shape !== undefined) ? broadcastOf(shapes) : undefined);
}

function broadcastOf(shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) =>
    shapes.map((shape) => {
      const at = i - rank + shape.length;
      return at < 0 ? 1 : shape[at];
    }).reduce<Size>((a, b) => a === 1 ? b : b === 1 ? a : a ?? b, 1));
}

function times(a: Size, b: Size): Size {
  return a === undefined || b === undefined ? undefined : a * b;
}

function plus(a: Size, b: Size): Size {
  return a === undefined || b === undefined ? undefined : a + b;
}
