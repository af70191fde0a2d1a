import { integer, string } from "../../onnx/attributes.ts";
import type { GraphIndex } from "../../onnx/graph_index.ts";
import type { NodeMessage } from "../../onnx/messages.ts";
import { isDefaultDomain } from "../../onnx/model.ts";
import { numbers } from "../../onnx/tensor.ts";

const movers = new Set([
  ...["Concat", "Split", "Slice", "MaxPool", "GlobalMaxPool", "Transpose", "Reshape", "Flatten"],
  ...["Squeeze", "Unsqueeze", "Identity", "Dropout", "DepthToSpace", "SpaceToDepth"],
]);

/**
 * Whether a node gives on numbers as they are, or the greatest of them, so that INT8 goes through
 * without another scale: Concat, Split, MaxPool, Resize to the nearest, padding with zeros …
 */
export function isCarrier(index: GraphIndex, node: NodeMessage): boolean {
  if (!isDefaultDomain(node.domain)) return false;
  if (movers.has(node.opType)) return node.output.length === 1 || node.opType === "Split";
  if (node.opType === "Resize" || node.opType === "Upsample") {
    return string(node, "mode", "nearest") === "nearest";
  }
  if (node.opType === "Pad") {
    const value = node.input[2] ? index.constant(node.input[2]) : undefined;
    const zero = node.input[2] ? value !== undefined && numbers(value)[0] === 0 : true;
    return string(node, "mode", "constant") === "constant"
      ? zero && !integer(node, "value", 0)
      : true;
  }
  return false;
}

/** The inputs of a carrier that carry pictures, not shapes or sizes. */
export function carried(node: NodeMessage): readonly string[] {
  return node.opType === "Concat" ? node.input : node.input.slice(0, 1);
}
