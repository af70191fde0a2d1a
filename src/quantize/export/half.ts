import { integerAttribute, makeNode } from "../../onnx/attributes.ts";
import { GraphIndex } from "../../onnx/graph_index.ts";
import { DataType, type NodeMessage, type TensorMessage } from "../../onnx/messages.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import { upgradeOpset } from "../../onnx/opset.ts";
import { dimensions, floats, tensorOf } from "../../onnx/tensor.ts";
import type { QuantizationPlan } from "../graph/plan.ts";

/** The first opset whose Q/DQ take 16-bit floats. */
const halfOpset = 19;
/** Scales below become denser than 16-bit floats are. */
const smallestScale = 2 ** -20;

/**
 * A model that computes in 16-bit floats up to the float tail, which stays as it is, and takes and
 * gives what it took and gave before: for networks whose types are those of the file.
 *
 * @param model With Q/DQ. It is not changed.
 * @param plan Of it, or of the model before Q/DQ were put in.
 */
export function toHalf(model: OnnxModel, plan: QuantizationPlan): OnnxModel {
  const copy = upgradeOpset(model, halfOpset).clone();
  const { graph } = copy;
  const index = new GraphIndex(graph);
  const body = bodyOf(index, plan);
  const cast = new Map<string, string>();
  const added: NodeMessage[] = [];
  const after = new Map<NodeMessage, NodeMessage[]>();

  const halved = (name: string, isScale: boolean): string => {
    const tensor = index.constant(name);
    if (tensor && tensor.dataType !== DataType.float) return name;
    const known = cast.get(name);
    if (known !== undefined) return known;
    const made = index.freshName(`${name}_f16`);
    cast.set(name, made);
    if (tensor) graph.initializer.push(halfTensor(made, tensor, isScale));
    else added.push(castNode(index, name, made, DataType.float16));
    return made;
  };
  const restored = (name: string): string => {
    const known = cast.get(name);
    if (known !== undefined) return known;
    const made = index.freshName(`${name}_f32`);
    cast.set(name, made);
    const producer = index.producer(name)!;
    after.set(producer, [
      ...after.get(producer) ?? [],
      castNode(index, name, made, DataType.float),
    ]);
    return made;
  };
  for (const node of graph.node) {
    node.input = node.input.map((name, i) => {
      const producer = index.producer(name);
      const fromBody = producer !== undefined && body.has(producer);
      if (!body.has(node)) return fromBody && gives(producer) ? restored(name) : name;
      // Scales of a Resize are always 32-bit, and shapes are integers.
      if (name === "" || fromBody || (i > 0 && node.opType === "Resize")) return name;
      const isScale = i === 1 && /^(Quantize|Dequantize)Linear$/.test(node.opType);
      return takes(node, i) ? halved(name, isScale) : name;
    });
  }
  for (const output of graph.output) {
    const producer = index.producer(output.name ?? "");
    if (producer && body.has(producer)) {
      keepOutput(index, graph.node, producer, output.name!, after);
    }
  }
  graph.node = [...added, ...graph.node.flatMap((node) => [node, ...after.get(node) ?? []])];
  graph.valueInfo = [];
  return copy;
}

/** All nodes on the way from the inputs to the groups: what the groups need, and they themselves. */
function bodyOf(index: GraphIndex, plan: QuantizationPlan): Set<NodeMessage> {
  const body = new Set<NodeMessage>();
  const stack = plan.groups.map((group) => group.output);
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    const node = index.producer(name);
    if (!node || body.has(node) || node.opType === "Constant") continue;
    body.add(node);
    stack.push(...index.readBy(node));
  }
  return body;
}

/** Whether an input is a float that has to be of the type of the others. */
function takes(node: NodeMessage, input: number): boolean {
  if (node.opType === "DequantizeLinear") return input === 1;
  if (node.opType === "QuantizeLinear") return input < 2;
  return !["Reshape", "Split", "Squeeze", "Unsqueeze", "Slice", "Expand", "Tile", "Pad"].includes(
    node.opType,
  ) || input === 0 || (node.opType === "Pad" && input === 2);
}

/** Whether a node gives floats. */
function gives(node: NodeMessage): boolean {
  return !["QuantizeLinear", "Shape", "Size"].includes(node.opType);
}

function halfTensor(name: string, tensor: TensorMessage, isScale: boolean): TensorMessage {
  const values = floats(tensor);
  const kept = isScale ? values.map((value) => Math.max(value, smallestScale)) : values;
  return tensorOf(name, dimensions(tensor), DataType.float16, Float16Array.from(kept));
}

function castNode(index: GraphIndex, from: string, to: string, type: number): NodeMessage {
  return makeNode("Cast", index.freshName(`${to}_cast`), [from], [to], [
    integerAttribute("to", type),
  ]);
}

/** Gives an output its name and type again: what makes it makes another tensor, which is cast. */
function keepOutput(
  index: GraphIndex,
  nodes: readonly NodeMessage[],
  producer: NodeMessage,
  name: string,
  after: Map<NodeMessage, NodeMessage[]>,
): void {
  const inner = index.freshName(`${name}_f16`);
  const rename = (names: string[]) => names.map((entry) => entry === name ? inner : entry);
  for (const node of nodes) node.input = rename(node.input);
  for (const node of after.get(producer) ?? []) node.input = rename(node.input);
  producer.output = rename(producer.output);
  const cast = castNode(index, inner, name, DataType.float);
  after.set(producer, [...after.get(producer) ?? [], cast]);
}
