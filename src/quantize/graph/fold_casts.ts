import { integer } from "../../onnx/attributes.ts";
import { GraphIndex } from "../../onnx/graph_index.ts";
import { DataType } from "../../onnx/messages.ts";
import { isDefaultDomain, type OnnxModel } from "../../onnx/model.ts";
import { dimensions, floats, floatTensor, isFloating } from "../../onnx/tensor.ts";
import { capturedNames } from "../../onnx/walk.ts";

/** Operators whose outputs have the type of their first input. */
const typed = new Set([
  ...["Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization", "Add", "Sub", "Mul", "Div"],
  ...["Relu", "LeakyRelu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Concat"],
  ...["MaxPool", "AveragePool", "GlobalAveragePool", "Split", "Slice", "Resize", "Identity"],
  ...["Reshape", "Transpose", "Pad"],
]);

/**
 * Takes Casts that do nothing at run time out of a model, in place. Floats that are stored shorter
 * and widened as the model is loaded (weights kept in 16 bits) become 32-bit constants of the name
 * that the Cast's output had; a Cast to the type that a tensor has already is passed by.
 */
export function foldCasts(model: OnnxModel): void {
  const { graph } = model;
  const index = new GraphIndex(graph);
  const types = new Map<string, number | undefined>(
    graph.input.map(({ name, type }) => [name ?? "", type?.tensorType?.elemType]),
  );
  const same = new Map<string, string>();
  const captured = new Set(graph.node.flatMap((node) => [...capturedNames(node)]));
  graph.node = graph.node.filter((node) => {
    const [read = ""] = node.input;
    const [made = ""] = node.output;
    const tensor = index.constant(read);
    const type = tensor?.dataType ?? types.get(same.get(read) ?? read);
    node.input = node.input.map((name) => same.get(name) ?? name);
    if (!isDefaultDomain(node.domain)) return true;
    if (node.opType !== "Cast") {
      if (typed.has(node.opType)) { for (const name of node.output) types.set(name, type); }
      return true;
    }
    const to = integer(node, "to", 0);
    types.set(made, to);
    if (index.isOutput(made)) return true;
    if (tensor && isFloating(tensor) && to === DataType.float) {
      graph.initializer.push(floatTensor(made, dimensions(tensor), floats(tensor)));
      return false;
    }
    if (tensor || type !== to || captured.has(made)) return true;
    same.set(made, node.input[0]!);
    return false;
  });
}
