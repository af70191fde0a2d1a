/** What a group computes. */
export type GroupKind =
  | "convolution"
  | "depthwise"
  | "transposed"
  /** A matrix product with weights (Gemm, MatMul), or of two activations. */
  | "product"
  /** Two activations added: a residual connection. */
  | "sum"
  /** An average over a window or a whole picture. */
  | "average";

/** The smallest part that is in INT8 or in float: something that computes, and what fuses to it. */
export interface QuantGroup {
  /**
   * Readable, and the same for the same file: from the name of its weights (`model.2.cv1`) or node,
   * else its kind and number (`convolution.3`).
   */
  readonly id: string;
  /** What it computes. */
  readonly kind: GroupKind;
  /** The tensor that the computing node itself makes: this is how the node is found in the model. */
  readonly node: string;
  /** Its operators in order: `Conv`, `Sigmoid`, `Mul`. */
  readonly operators: readonly string[];
  /** Activations it reads, which are quantised where the group is in INT8. */
  readonly reads: readonly string[];
  /** The tensor it makes in the end, activation function included. */
  readonly output: string;
  /** Its weights: an initializer or a constant's tensor. */
  readonly weights?: string;
  /** The axis of the weights that counts output channels: one scale each. */
  readonly channelAxis?: number;
  /** Multiplications and additions for one picture; undefined where shapes can't be told. */
  readonly multiplyAdds: number | undefined;
  /** Whether it belongs to the detection head: the branches that lead to the output alone. */
  readonly head: boolean;
  /** Whether its output goes to the float tail alone: it is INT8 in and float out. */
  readonly last: boolean;
}

/** Tensors that meet: INT8 passes through without being scaled anew if they share one scale. */
export interface QuantJoin {
  /** The first output of the node where they meet. */
  readonly node: string;
  /** `Concat`, `MaxPool` … */
  readonly operator: string;
  /** What goes in and comes out. */
  readonly tensors: readonly string[];
}

/** A node that stays float. */
export interface FloatNode {
  /** Its name, or its first output where it has none. */
  readonly name: string;
  /** Its operator. */
  readonly operator: string;
  /** Why, as one may print it. */
  readonly reason: string;
}

/** Q/DQ that a model brings along, having been trained with it. */
export interface ExistingQuantization {
  /** Activations behind a QuantizeLinear. */
  readonly activations: readonly string[];
  /** Weights behind one, or stored as integers. */
  readonly weights: readonly string[];
  /** Ids of the groups whose inputs are all quantised. */
  readonly covered: readonly string[];
  /** Ids of convolutions and products that lack it on an input. */
  readonly missing: readonly string[];
}

/** How a model can be quantised. Plain data. */
export interface QuantizationPlan {
  /** Names of activations whose ranges are needed, in the graph's order. */
  readonly tensors: readonly string[];
  /** In the graph's order. */
  readonly groups: readonly QuantGroup[];
  /** Nodes that pass INT8 on as it is (Concat, Split, MaxPool, Resize …), in the graph's order. */
  readonly joins: readonly QuantJoin[];
  /** Nodes that stay float, in the graph's order. */
  readonly float: readonly FloatNode[];
  /** Only for a model that has Q/DQ already. */
  readonly existing?: ExistingQuantization;
}

/**
 * Tensors of which each channel can have a scale of its own: those that depthwise convolutions read,
 * which never add one channel to another.
 */
export function channelTensors({ groups }: QuantizationPlan): Set<string> {
  return new Set(
    groups.filter(({ kind }) => kind === "depthwise" || kind === "convolution").flatMap((
      { reads },
    ) => reads),
  );
}

/** How many multiplications and additions these groups do for one picture; unknown ones not counted. */
export function multiplyAdds(groups: Iterable<QuantGroup>): number {
  let sum = 0;
  for (const group of groups) sum += group.multiplyAdds ?? 0;
  return sum;
}
