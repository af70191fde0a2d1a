import { integer, integerAttribute, makeNode } from "../../onnx/attributes.ts";
import { GraphIndex, type Use } from "../../onnx/graph_index.ts";
import { DataType, type NodeMessage, type TensorMessage } from "../../onnx/messages.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import { dimensions, floats, floatTensor, tensorOf } from "../../onnx/tensor.ts";
import type { QuantGroup } from "../graph/plan.ts";
import type { Quantization } from "./ranges.ts";
import {
  type QuantizedWeights,
  quantizeWeights,
  scaleOfEach,
  type WeightForm,
  type WeightLayout,
} from "./weights.ts";

/** How weights are to be. */
export interface StoredWeights {
  readonly form: WeightForm;
  /**
   * As integers, if not said, or as the floats that these stand for: with a Q/DQ pair behind them, which
   * all of TensorRT's versions take, or plain.
   */
  readonly stored?: "integers" | "float" | "plain";
  /** See {@link WeightKnowledge}. */
  readonly maxima?: Uint8Array;
  /** Numbers to quantise in place of those that the group has. */
  readonly folded?: TensorMessage;
}

/** Puts Q/DQ into a model, which it changes. Nodes keep an order in which they can run. */
export class QdqEditor {
  readonly index: GraphIndex;
  readonly #before = new Map<NodeMessage, NodeMessage[]>();
  readonly #after = new Map<NodeMessage | undefined, NodeMessage[]>();
  readonly #weights = new Map<string, string>();

  /** Starts with the model as it is; {@link finish} ends. */
  constructor(readonly model: OnnxModel) {
    this.index = new GraphIndex(model.graph);
  }

  /**
   * Quantises a tensor where these read it.
   *
   * @param how With one scale, or one for each channel (along axis 1).
   * @param from The tensor to read in its place: one that has been quantised, or itself.
   * @param read How the integers are read, if not as they were written: in one scale.
   * @returns The tensor that is read now.
   */
  quantize(
    tensor: string,
    how: Quantization | readonly Quantization[],
    type: "u8" | "s8",
    uses: readonly Use[],
    from = tensor,
    read?: Quantization,
  ): string {
    const name = (part: string) => this.index.freshName(`${tensor}_${part}`);
    const constants = (how: Quantization | readonly Quantization[], part: string) => {
      const all = [how].flat() as readonly Quantization[];
      const dims = Array.isArray(how) ? [all.length] : [];
      const zeros = all.map(({ zeroPoint }) => zeroPoint);
      const scales = Float32Array.from(all, ({ scale }) => scale);
      return [
        this.#constant(floatTensor(name(`${part}scale`), dims, scales)),
        this.#constant(
          type === "u8"
            ? tensorOf(name(`${part}zero`), dims, DataType.uint8, Uint8Array.from(zeros))
            : tensorOf(name(`${part}zero`), dims, DataType.int8, Int8Array.from(zeros)),
        ),
      ];
    };
    // Without channels the axis means nothing.
    const axis = () => Array.isArray(how) ? [integerAttribute("axis", 1)] : [];
    const written = constants(how, "");
    const [quantized, made] = [name("q"), name("dq")];
    const pair = [
      makeNode("QuantizeLinear", name("Q"), [from, ...written], [quantized], axis()),
      read
        ? makeNode("DequantizeLinear", name("DQ"), [quantized, ...constants(read, "read_")], [made])
        : makeNode("DequantizeLinear", name("DQ"), [quantized, ...written], [made], axis()),
    ];
    const producer = this.index.producer(tensor);
    this.#after.set(producer, [...this.#after.get(producer) ?? [], ...pair]);
    for (const use of uses) use.node.input[use.index] = made;
    return made;
  }

  /**
   * Quantises a group's weights, one scale an output channel.
   *
   * @param how How they are stored.
   */
  quantizeWeights(group: QuantGroup, how: StoredWeights): void {
    const { weights } = group;
    if (weights === undefined || group.channelAxis === undefined) return;
    const node = this.index.producer(group.node)!;
    const at = node.input.indexOf(weights);
    node.input[at] = this.#weights.get(weights) ??
      this.#storeWeights(node, group, weights, how);
  }

  /** Writes the nodes into the model. */
  finish(): void {
    const { graph } = this.model;
    graph.node = [
      ...this.#after.get(undefined) ?? [],
      ...graph.node.flatMap((node) => [
        ...this.#before.get(node) ?? [],
        node,
        ...this.#after.get(node) ?? [],
      ]),
    ];
  }

  /**
   * Stores weights as integers with sign, to be read by `node`.
   *
   * @param weights What they are named after.
   * @param type Of the floats that they become.
   * @returns The tensor to read.
   */
  storeIntegers(
    node: NodeMessage,
    weights: string,
    { values, scales }: QuantizedWeights,
    { shape, channels }: WeightLayout,
    type: number = DataType.float,
  ): string {
    const { name, linear } = this.#linear(weights, scales, channels, type);
    const integers = this.#constant(tensorOf(name("q"), shape, DataType.int8, values));
    const made = name("dq");
    this.#put(node, linear("DequantizeLinear", integers, made));
    return made;
  }

  #storeWeights(
    node: NodeMessage,
    group: QuantGroup,
    weights: string,
    { form, stored = "integers", maxima, folded }: StoredWeights,
  ): string {
    const tensor = folded ?? this.index.constant(weights)!;
    const layout = layoutOf(group, node, dimensions(tensor));
    const quantizedWeights = quantized(tensor, layout, form, maxima);
    const made = stored === "integers"
      ? this.storeIntegers(node, weights, quantizedWeights, layout)
      : stored === "float"
      ? this.#storeFloats(node, weights, quantizedWeights, layout)
      : this.#storePlain(weights, quantizedWeights, layout);
    this.#weights.set(weights, made);
    return made;
  }

  #storeFloats(
    node: NodeMessage,
    weights: string,
    { values, scales }: QuantizedWeights,
    { shape, channels }: WeightLayout,
  ): string {
    const { name, linear } = this.#linear(weights, scales, channels, DataType.float);
    const floats = this.#storePlain(weights, { values, scales }, { shape, channels });
    const [integers, made] = [name("q"), name("dq")];
    this.#put(
      node,
      linear("QuantizeLinear", floats, integers),
      linear("DequantizeLinear", integers, made),
    );
    return made;
  }

  #storePlain(
    weights: string,
    { values, scales }: QuantizedWeights,
    { shape, channels }: Pick<WeightLayout, "shape" | "channels">,
  ): string {
    const rounded = scaleOfEach(scales, shape, channels);
    for (let i = 0; i < rounded.length; i++) rounded[i]! *= values[i]!;
    const name = this.index.freshName(`${weights}_rounded`);
    return this.#constant(floatTensor(name, shape, rounded));
  }

  /** Scales of weights, their zeros, and nodes that read both. */
  #linear(weights: string, scales: Float32Array, axis: number, type: number) {
    const name = (part: string) => this.index.freshName(`${weights}_${part}`);
    const dims = [scales.length];
    const constants = [
      this.#constant(
        type === DataType.float16
          ? tensorOf(name("scale"), dims, type, Float16Array.from(scales))
          : floatTensor(name("scale"), dims, scales),
      ),
      this.#constant(tensorOf(name("zero"), dims, DataType.int8, new Int8Array(scales.length))),
    ];
    const linear = (operator: string, from: string, to: string) =>
      makeNode(operator, name(operator), [from, ...constants], [to], [
        integerAttribute("axis", axis),
      ]);
    return { name, linear };
  }

  /** Nodes that run before another. */
  #put(node: NodeMessage, ...nodes: NodeMessage[]): void {
    this.#before.set(node, [...this.#before.get(node) ?? [], ...nodes]);
  }

  #constant(tensor: TensorMessage): string {
    this.model.graph.initializer.push(tensor);
    return tensor.name!;
  }
}

/** What the axes of a group's weights count. */
export function layoutOf(
  { kind, channelAxis }: QuantGroup,
  node: NodeMessage,
  shape: readonly number[],
): WeightLayout {
  const channels = channelAxis!;
  const last = channels === shape.length - 1 && channels > 0;
  const inputs = kind === "transposed" ? 0 : last ? channels - 1 : channels + 1;
  return { shape, channels, inputs, groups: integer(node, "group", 1) };
}

/** By form and by the tensors' bytes: models of many mixes are made of the same weights. */
const known = {
  free: new WeakMap<Uint8Array, Made>(),
  paired: new WeakMap<Uint8Array, Made>(),
} satisfies Record<WeightForm, unknown>;

interface Made {
  readonly maxima: string;
  readonly weights: QuantizedWeights;
}

function quantized(
  tensor: TensorMessage,
  layout: WeightLayout,
  form: WeightForm,
  maxima: Uint8Array | undefined,
): QuantizedWeights {
  const { rawData: bytes, name } = tensor;
  // Free ones don't depend on them.
  const key = form === "paired" ? String(maxima) : "";
  const made = bytes && known[form].get(bytes);
  if (made?.maxima === key) return made.weights;
  const weights = quantizeWeights(floats(tensor), layout, form, { name, maxima });
  if (bytes) known[form].set(bytes, { maxima: key, weights });
  return weights;
}
