import { attribute, float, integer, integers, makeNode, string } from "./attributes.ts";
import type { GraphIndex } from "./graph_index.ts";
import type { NodeMessage, TensorMessage } from "./messages.ts";
import { floatTensor } from "./tensor.ts";

/** What a rule may use. */
export interface UpgradeContext {
  readonly from: number;
  readonly to: number;
  readonly index: GraphIndex;
  /** Adds a list of integers as a constant and returns its name. */
  constant(name: string, values: readonly number[]): string;
  /** Adds a constant and returns its name. */
  add(tensor: TensorMessage): string;
}

/** The nodes that stand in a node's place, or why there are none. The last one makes its outputs. */
type Rule = (node: NodeMessage, context: UpgradeContext) => NodeMessage[] | string;

/**
 * Operators whose newer versions, from opset 7 to 21, take all that the older ones took, with the
 * same meaning: more data types, further inputs that may be left out.
 */
export const unchanged: ReadonlySet<string> = new Set([
  ...["Abs", "Acos", "Add", "And", "ArgMax", "ArgMin", "AveragePool", "Cast"],
  ...["Ceil", "Concat", "Constant", "ConstantOfShape", "Conv", "ConvTranspose", "Cos"],
  ...["DepthToSpace", "DequantizeLinear", "Div", "Elu", "Equal", "Erf", "Exp", "Expand", "Flatten"],
  ...["Floor", "Gather", "GatherElements", "GatherND", "Gemm", "GlobalAveragePool"],
  ...["GlobalMaxPool", "Greater", "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization"],
  ...["LeakyRelu", "Less", "Log", "LRN", "MatMul", "Max", "MaxPool", "Min", "Mod", "Mul", "Neg"],
  ...["NonMaxSuppression", "NonZero", "Not", "OneHot", "Or", "PRelu", "Pow", "QuantizeLinear"],
  ...["Range", "Reciprocal", "Relu", "Reshape", "Round", "Selu", "Shape", "Sigmoid", "Sign", "Sin"],
  ...["Size", "Softplus", "Softsign", "SpaceToDepth", "Sqrt", "Sub", "Sum", "Tan", "Tanh", "Tile"],
  ...["Transpose", "Where", "Xor"],
]);

/** What changed, in the order of the versions that changed it. */
export const changes: Readonly<Record<string, readonly (readonly [number, Rule])[]>> = {
  Slice: [[10, (node, { constant }) => {
    const starts = integers(node, "starts") ?? [];
    const axes = integers(node, "axes") ?? starts.map((_, i) => i);
    const lists = [starts, integers(node, "ends") ?? [], axes];
    const names = lists.map((list, i) =>
      constant(`${name(node)}_${"starts ends axes".split(" ")[i]}`, list)
    );
    return [changed(node, [node.input[0]!, ...names], ["starts", "ends", "axes"])];
  }]],
  BatchNormalization: [[
    9,
    (node) =>
      integer(node, "spatial", 1) ? [changed(node, node.input, ["spatial"])] : "is not spatial",
  ]],
  Upsample: [[9, (node, { add }) => {
    const scales = Float32Array.from(attribute(node, "scales")?.floats ?? []);
    const tensor = add(floatTensor(`${name(node)}_scales`, [scales.length], scales));
    return [changed(node, [node.input[0]!, tensor], ["scales"])];
  }], [10, (node, context) => {
    // Resize of opset 10 is Upsample of 9 under another name, and is brought further as it.
    const resize = { ...changed(node, node.input, []), opType: "Resize" };
    return context.to < 11 ? [resize] : [resizeFromTen(resize, context)];
  }]],
  Resize: [
    [11, (node, context) => [resizeFromTen(node, context)]],
    [
      13,
      (node) =>
        string(node, "coordinate_transformation_mode", "").startsWith("tf_half")
          ? "takes half pixels as TensorFlow did"
          : [node],
    ],
  ],
  Clip: [[11, (node, { add }) => {
    const bounds = ["min", "max"].map((key) => {
      const value = float(node, key, undefined);
      return value === undefined
        ? ""
        : add(floatTensor(`${name(node)}_${key}`, [], Float32Array.of(value)));
    });
    return [changed(node, trimmed([node.input[0]!, ...bounds]), ["min", "max"])];
  }]],
  Pad: [[11, (node, { constant, add }) => {
    const value = add(
      floatTensor(`${name(node)}_value`, [], Float32Array.of(float(node, "value", 0))),
    );
    const pads = constant(`${name(node)}_pads`, integers(node, "pads") ?? []);
    return [changed(node, [node.input[0]!, pads, value], ["pads", "value"])];
  }]],
  Dropout: [[12, (node) => [changed(node, node.input.slice(0, 1), ["ratio"])]]],
  Split: [
    [13, (node, { constant }) => {
      const sizes = integers(node, "split");
      const input = node.input.slice(0, 1);
      if (sizes) input.push(constant(`${name(node)}_split`, sizes));
      return [changed(node, input, ["split"])];
    }],
    [18, (node) => {
      if (node.input[1]) return [node];
      const count = { name: "num_outputs", type: 2, i: node.output.length };
      return [{ ...node, attribute: [...node.attribute, count] }];
    }],
  ],
  Squeeze: [[13, axesToInput]],
  Unsqueeze: [[13, axesToInput]],
  ReduceSum: [[13, axesToInput]],
  ...Object.fromEntries(
    [
      ...["ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2"],
      ...["ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"],
    ].map((op) => [op, [[18, axesToInput]]]),
  ),
  Softmax: [[13, flattenedAxis]],
  LogSoftmax: [[13, flattenedAxis]],
  TopK: [
    [10, (node, { constant }) => [
      changed(node, [node.input[0]!, constant(`${name(node)}_k`, [integer(node, "k", 1)])], ["k"]),
    ]],
  ],
};

function name(node: NodeMessage): string {
  return node.name || node.output[0] || node.opType;
}

/** A copy with other inputs and without some attributes. */
function changed(
  node: NodeMessage,
  input: readonly string[],
  without: readonly string[],
): NodeMessage {
  const kept = node.attribute.filter((entry) => !without.includes(entry.name ?? ""));
  return { ...node, input: [...input], attribute: kept };
}

/** Without empty names at the end: inputs left out. */
function trimmed(input: readonly string[]): string[] {
  return input.slice(0, input.findLastIndex((entry) => entry !== "") + 1);
}

function axesToInput(node: NodeMessage, { constant }: UpgradeContext): NodeMessage[] {
  const axes = integers(node, "axes");
  const input = node.input.slice(0, 1);
  if (axes) input.push(constant(`${name(node)}_axes`, axes));
  return [changed(node, input, ["axes"])];
}

/** Opset 10 scales in the way that 11 calls asymmetric, and rounds nearest ones down. */
function resizeFromTen(node: NodeMessage, { add }: UpgradeContext): NodeMessage {
  const empty = add(floatTensor(`${name(node)}_roi`, [0], new Float32Array()));
  const text = (key: string, value: string) => ({
    name: key,
    type: 3,
    s: new TextEncoder().encode(value),
  });
  return {
    ...node,
    input: [node.input[0]!, empty, node.input[1]!],
    attribute: [
      ...node.attribute,
      text("coordinate_transformation_mode", "asymmetric"),
      text("nearest_mode", "floor"),
    ],
  };
}

/**
 * Before opset 13, Softmax flattened all axes from `axis` on into one. That is the same as now where
 * `axis` is -1; elsewhere it is written out.
 */
function flattenedAxis(node: NodeMessage, { index }: UpgradeContext): NodeMessage[] | string {
  const axis = integer(node, "axis", 1);
  const last = { ...attribute(node, "axis"), name: "axis", type: 2, i: -1 };
  const rest = node.attribute.filter((entry) => entry.name !== "axis");
  if (axis === -1) return [{ ...node, attribute: [...rest, last] }];
  const input = node.input[0]!;
  // What is behind the last axis is the same either way; the rank is known from a Transpose before.
  const before = index.producer(input);
  const rank = before?.opType === "Transpose" ? integers(before, "perm")?.length : undefined;
  if (rank !== undefined && (axis === rank - 1)) {
    return [{ ...node, attribute: [...rest, last] }];
  }
  const [shape, flat, soft] = ["shape", "flat", "soft"].map((part) =>
    index.freshName(`${name(node)}_${part}`)
  );
  return [
    makeNode("Shape", shape!, [input], [shape!]),
    makeNode("Flatten", flat!, [input], [flat!], [{ name: "axis", type: 2, i: axis }]),
    makeNode(node.opType, name(node), [flat!], [soft!], [...rest, last]),
    makeNode("Reshape", index.freshName(`${name(node)}_reshape`), [soft!, shape!], node.output),
  ];
}
