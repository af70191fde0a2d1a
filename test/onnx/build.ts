import { makeNode } from "../../src/onnx/attributes.ts";
import type { NodeMessage, TensorMessage, ValueMessage } from "../../src/onnx/messages.ts";
import { modelBytes, OnnxModel, parseModel } from "../../src/onnx/mod.ts";

/** A float tensor as input or output. */
export function value(name: string, shape: readonly (number | string)[]): ValueMessage {
  const dim = shape.map((size) =>
    typeof size === "number" ? { dimValue: size } : { dimParam: size }
  );
  return { name, type: { tensorType: { elemType: 1, shape: { dim } } } };
}

/** A model as it is after having been written and read. */
export function modelOf(
  nodes: readonly NodeMessage[],
  inputs: readonly ValueMessage[],
  outputs: readonly ValueMessage[],
  initializer: readonly TensorMessage[] = [],
  opset = 13,
): OnnxModel {
  const model = new OnnxModel({
    irVersion: 8,
    producerName: "test",
    opsetImport: [{ domain: "", version: opset }],
    metadataProps: [],
    graph: {
      name: "graph",
      node: [...nodes],
      initializer: [...initializer],
      input: [...inputs],
      output: [...outputs],
      valueInfo: [],
    },
  }, "m.onnx");
  return parseModel(modelBytes(model), "m.onnx");
}

/** Operators one after another: `x` → `t0` → `t1` …, which is the output. */
export function chain(operators: readonly string[]): OnnxModel {
  const nodes = operators.map((op, i) => makeNode(op, `n${i}`, [i ? `t${i - 1}` : "x"], [`t${i}`]));
  return modelOf(nodes, [value("x", [1, 4])], [value(`t${operators.length - 1}`, [1, 4])]);
}
