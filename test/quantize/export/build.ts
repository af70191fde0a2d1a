import { makeNode } from "../../../src/onnx/attributes.ts";
import type { NodeMessage, OnnxModel, TensorMessage } from "../../../src/onnx/mod.ts";
import { floatTensor, integerTensor } from "../../../src/onnx/tensor.ts";
import { modelOf, value } from "../../onnx/build.ts";

const axis = { name: "axis", type: 2, i: 1 };

/** A convolution of 1x1 and its SiLU: `y` of `x`; its weights are `y.weight`, all different. */
export function silu(x: string, y: string, inputs: number, outputs: number) {
  const data = Float32Array.from({ length: inputs * outputs }, (_, i) => Math.sin(1 + i * 1.7));
  const nodes = [
    makeNode("Conv", "", [x, `${y}.weight`], [`${y}.c`]),
    makeNode("Sigmoid", "", [`${y}.c`], [`${y}.s`]),
    makeNode("Mul", "", [`${y}.c`, `${y}.s`], [y]),
  ];
  return { nodes, weights: floatTensor(`${y}.weight`, [outputs, inputs, 1, 1], data) };
}

/** A C2f block as YOLOv8 has it, between two convolutions: `x` of 4 channels, 8 x 8. */
export function c2f(): OnnxModel {
  const parts = [
    silu("x", "a", 4, 4),
    split("a", ["a0", "a1"], [2, 2]),
    silu("a1", "b", 2, 2),
    silu("b", "c", 2, 2),
    { nodes: [makeNode("Add", "residual", ["a1", "c"], ["d"])] },
    { nodes: [makeNode("Concat", "", ["a0", "a1", "d"], ["e"], [axis])] },
    silu("e", "f", 6, 4),
    silu("f", "y", 4, 4),
  ];
  return assembled(parts);
}

/** A pyramid of poolings as YOLOv8 has it, and a Resize that meets another tensor. */
export function pyramid(): OnnxModel {
  const pool = [
    { name: "kernel_shape", type: 7, ints: [5, 5] },
    { name: "pads", type: 7, ints: [2, 2, 2, 2] },
  ];
  const scales = floatTensor("scales", [4], Float32Array.of(1, 1, 2, 2));
  const half = { name: "strides", type: 7, ints: [2, 2] };
  const small = silu("x", "a", 4, 4);
  small.nodes[0]!.attribute.push(half);
  const parts = [
    silu("x", "big", 4, 4),
    small,
    {
      nodes: [
        makeNode("MaxPool", "", ["a"], ["m1"], pool),
        makeNode("MaxPool", "", ["m1"], ["m2"], pool),
        makeNode("Concat", "", ["a", "m1", "m2"], ["p"], [axis]),
      ],
    },
    silu("p", "q", 12, 4),
    { nodes: [makeNode("Resize", "", ["q", "", "scales"], ["r"])], weights: scales },
    { nodes: [makeNode("Concat", "", ["r", "big"], ["t"], [axis])] },
    silu("t", "u", 8, 4),
    silu("q", "v", 4, 4),
    { nodes: [makeNode("Resize", "", ["v", "", "scales"], ["w"])] },
    { nodes: [makeNode("Add", "", ["u", "w"], ["z"])] },
    silu("z", "y", 4, 4),
  ];
  return assembled(parts);
}

function split(x: string, outputs: string[], sizes: number[]) {
  return {
    nodes: [makeNode("Split", "", [x, `${x}.sizes`], outputs, [axis])],
    weights: integerTensor(`${x}.sizes`, sizes),
  };
}

function assembled(parts: { nodes: NodeMessage[]; weights?: TensorMessage }[]): OnnxModel {
  return modelOf(
    parts.flatMap(({ nodes }) => nodes),
    [value("x", [1, 4, 8, 8])],
    [value("y", [1, 4, 8, 8])],
    parts.flatMap(({ weights }) => weights ?? []),
  );
}
