import { type AttributeMessage, AttributeType, type NodeMessage } from "./messages.ts";

const text = new TextDecoder();

/** A node's attribute of that name. */
export function attribute(node: NodeMessage, name: string): AttributeMessage | undefined {
  return node.attribute.find((entry) => entry.name === name);
}

/** An integer attribute, or what the operator takes in its place. */
export function integer<T>(node: NodeMessage, name: string, otherwise: T): number | T {
  const value = attribute(node, name);
  return value ? Number(value.i ?? 0) : otherwise;
}

/** A float attribute, or what the operator takes in its place. */
export function float<T>(node: NodeMessage, name: string, otherwise: T): number | T {
  const value = attribute(node, name);
  return value ? value.f ?? 0 : otherwise;
}

/** An attribute that is a list of integers; undefined where there is none. */
export function integers(node: NodeMessage, name: string): number[] | undefined {
  return attribute(node, name)?.ints?.map(Number);
}

/** A string attribute, or what the operator takes in its place. */
export function string<T>(node: NodeMessage, name: string, otherwise: T): string | T {
  const value = attribute(node, name);
  return value ? text.decode(value.s ?? new Uint8Array()) : otherwise;
}

/** An integer attribute to put into a node. */
export function integerAttribute(name: string, i: number): AttributeMessage {
  return { name, type: AttributeType.int, i };
}

/** A node of ONNX's own operators. */
export function makeNode(
  opType: string,
  name: string,
  input: readonly string[],
  output: readonly string[],
  attributes: readonly AttributeMessage[] = [],
): NodeMessage {
  return { name, opType, input: [...input], output: [...output], attribute: [...attributes] };
}
