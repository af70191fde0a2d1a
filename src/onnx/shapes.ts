import { GraphIndex } from "./graph_index.ts";
import type { NodeMessage } from "./messages.ts";
import { declaredShape, isDefaultDomain, type OnnxModel, type Size } from "./model.ts";
import { shapeRules } from "./shape_rules.ts";
import { dimensions, numbers } from "./tensor.ts";

/** What a shape rule may ask. */
export interface ShapeQuestions {
  readonly node: NodeMessage;
  readonly opset: number;
  /** Shape of the node's input of that number; undefined where it can't be told. */
  shape(input: number): readonly Size[] | undefined;
  /** The numbers in the input of that number, where they are always the same. */
  constant(input: number): number[] | undefined;
}

/**
 * Shapes of a graph's tensors by name, as far as they follow from its inputs; tensors whose shape
 * can't be told are left out, and free dimensions are undefined.
 *
 * @param model Any model. Operators without a rule end the inference on their branch.
 * @param inputs Shapes of inputs in place of the declared ones, where those are free.
 */
export function inferShapes(
  model: OnnxModel,
  inputs: Readonly<Record<string, readonly Size[]>> = {},
): Map<string, readonly Size[]> {
  const index = new GraphIndex(model.graph);
  const shapes = new Map<string, readonly Size[]>();
  for (const tensor of model.graph.initializer) shapes.set(tensor.name ?? "", dimensions(tensor));
  for (const input of model.inputs) {
    const shape = inputs[input.name ?? ""] ?? declaredShape(input);
    if (shape) shapes.set(input.name ?? "", shape);
  }
  for (const node of model.graph.node) {
    const rule = isDefaultDomain(node.domain) ? shapeRules[node.opType] : undefined;
    const made = node.output.map((name) => index.constant(name)).map((tensor) =>
      tensor && dimensions(tensor)
    );
    const inferred = rule?.({
      node,
      opset: model.opset,
      shape: (input) => shapes.get(node.input[input] ?? ""),
      constant: (input) => {
        const tensor = index.constant(node.input[input] ?? "");
        return tensor && [...numbers(tensor)];
      },
    });
    node.output.forEach((name, i) => {
      const shape = made[i] ?? inferred?.[i];
      if (name && shape) shapes.set(name, shape);
    });
  }
  return shapes;
}
