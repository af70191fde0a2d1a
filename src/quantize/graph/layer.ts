import { attribute, integer } from "../../onnx/attributes.ts";
import type { GraphIndex } from "../../onnx/graph_index.ts";
import type { NodeMessage, TensorMessage } from "../../onnx/messages.ts";
import { dimensions, elements } from "../../onnx/tensor.ts";
import type { QuantGroup } from "./plan.ts";

/** A convolution or product whose weights may be changed, and which channels each of them joins. */
export interface Layer {
  /** Its node. */
  readonly node: NodeMessage;
  /** The name of its weights, which nobody else reads. */
  readonly weights: string;
  /** Who adds its bias, and as which input; undefined where there is none. */
  readonly bias?: { readonly node: NodeMessage; readonly index: number };
  /** Channels that it reads. */
  readonly inputs: number;
  /** Channels that it makes. */
  readonly outputs: number;
  /** Where channels are counted in what it reads and makes: behind the batch, or last. */
  readonly channels: "second" | "last";
  /** Of a weight, by its place in the tensor: the channels that it leads from and to. */
  readonly joins: (at: number) => readonly [from: number, to: number];
}

/**
 * A group's layer: a convolution of any kind, a Gemm, or a product with a matrix on its right.
 * Undefined where it is something else, or where others share its weights.
 */
export function layerOf(index: GraphIndex, group: QuantGroup): Layer | undefined {
  const node = index.producer(group.node);
  const { weights } = group;
  if (!node || weights === undefined || node.input[1] !== weights) return undefined;
  if (index.uses(weights).length !== 1) return undefined;
  const shape = dimensions(index.constant(weights)!);
  const [first, second] = shape as [number, number];
  const taps = elements(shape.slice(2));
  const row = second * taps;
  const place = (at: number) => [Math.floor(at / row), Math.floor(at / taps) % second] as const;
  const common = { node, weights };
  switch (node.opType) {
    case "Conv": {
      const groups = integer(node, "group", 1);
      const each = first / groups;
      return withBias(index, node, {
        ...common,
        ...{ inputs: second * groups, outputs: first, channels: "second" },
        joins(at) {
          const [to, from] = place(at);
          return [Math.floor(to / each) * second + from, to];
        },
      });
    }
    case "ConvTranspose": {
      const groups = integer(node, "group", 1);
      const each = first / groups;
      return withBias(index, node, {
        ...common,
        ...{ inputs: first, outputs: second * groups, channels: "second" },
        joins(at) {
          const [from, to] = place(at);
          return [from, Math.floor(from / each) * second + to];
        },
      });
    }
    case "Gemm": {
      if (integer(node, "transA", 0)) return undefined;
      const turned = integer(node, "transB", 0) !== 0;
      return withBias(index, node, {
        ...common,
        ...{ inputs: turned ? second : first, outputs: turned ? first : second, channels: "last" },
        joins: turned ? (at) => [at % second, Math.floor(at / second)] : place,
      });
    }
    case "MatMul": {
      if (shape.length !== 2) return undefined;
      const layer = { ...common, inputs: first, outputs: second, channels: "last" as const };
      if (group.operators[1] !== "Add") return { ...layer, joins: place };
      const add = index.uses(group.node)[0]!.node;
      const at = add.input[0] === group.node ? 1 : 0;
      return fits(index, add.input[at]!, second)
        ? { ...layer, joins: place, bias: { node: add, index: at } }
        : undefined;
    }
    default:
      return undefined;
  }
}

function withBias(index: GraphIndex, node: NodeMessage, layer: Layer): Layer | undefined {
  const name = node.input[2];
  if (!name) return layer;
  return fits(index, name, layer.outputs) ? { ...layer, bias: { node, index: 2 } } : undefined;
}

/** Whether a bias is one number for each channel. */
function fits(index: GraphIndex, name: string, channels: number): boolean {
  const bias = index.constant(name);
  if (!bias) return false;
  const shape = dimensions(bias);
  return elements(shape) === channels && shape.at(-1) === channels;
}

/** Puts another tensor of the same name in the place of an initializer or of a Constant's. */
export function replaceConstant(index: GraphIndex, name: string, tensor: TensorMessage): void {
  const { initializer } = index.graph;
  const at = initializer.findIndex((entry) => entry.name === name);
  if (at >= 0) initializer[at] = { ...tensor, name };
  else attribute(index.producer(name)!, "value")!.t = tensor;
}

/** Whether `replaceConstant` can. */
export function isReplaceable(index: GraphIndex, name: string): boolean {
  const producer = index.producer(name);
  return producer === undefined || producer.opType === "Constant";
}
