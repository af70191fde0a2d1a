import { integer } from "../../onnx/attributes.ts";
import { GraphIndex } from "../../onnx/graph_index.ts";
import type { NodeMessage } from "../../onnx/messages.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import { inferShapes } from "../../onnx/shapes.ts";
import { dimensions, isFloating, numbers } from "../../onnx/tensor.ts";
import { type Range, union } from "./ranges.ts";

/** A tensor of the network that TensorRT's parser makes of a model. */
export interface CacheTensor {
  /** Its name there. */
  readonly name: string;
  /** The tensor of the model whose range it has; itself, where it is one. */
  readonly like: string;
  /** Of a constant: what is in it. */
  readonly constant?: Range;
}

/** Operators that become one layer an output, which has the output's name. */
const simple = new Set([
  ...["Conv", "ConvTranspose", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Elu", "MaxPool"],
  ...["AveragePool", "GlobalAveragePool", "Concat", "Split", "Slice", "Resize", "Upsample", "Pad"],
  ...["Reshape", "Transpose", "Flatten"],
]);

/**
 * The tensors that a calibration cache of TensorRT 8.5 has, in its order: as the parser adds layers,
 * node by node. Layers without a name of their own are numbered, for constants too, so their names
 * depend on all layers before; the rules were read off caches that 8.5.3 wrote, and where an operator
 * that is not in them has come, unnamed layers are left out. They matter little: weights of products
 * and constants of the box decoding.
 */
export function cacheTensors(model: OnnxModel): CacheTensor[] {
  const builder = new Layers(model);
  for (const node of model.graph.node) builder.add(node);
  return builder.tensors;
}

class Layers {
  readonly tensors: CacheTensor[];
  readonly #index: GraphIndex;
  readonly #shapes: ReturnType<typeof inferShapes>;
  readonly #opset: number;
  /** How many layers there are; undefined once that can't be told. */
  #count: number | undefined = 0;

  constructor(model: OnnxModel) {
    this.#index = new GraphIndex(model.graph);
    this.#shapes = inferShapes(model);
    this.#opset = model.opset;
    this.tensors = model.inputs.map(({ name }) => ({ name: name ?? "", like: name ?? "" }));
  }

  add(node: NodeMessage): void {
    const { opType, input, output } = node;
    if (opType === "Constant" || output.some((name) => this.#index.constant(name))) return;
    if (simple.has(opType)) {
      for (const name of output) this.#named(name);
    } else if (["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min"].includes(opType)) {
      const rank = Math.max(...input.map((name) => this.#rank(name) ?? 0));
      for (const name of input) this.#operand(name, rank);
      this.#named(output[0]!);
    } else if (opType === "Softmax") {
      // Before opset 13 it is flattened first, and takes its shape again afterwards.
      if (this.#opset < 13) {
        this.#unnamed("Shuffle", input[0]!);
        this.#unnamed("Softmax", output[0]!);
      }
      this.#named(output[0]!);
    } else if (opType === "Gemm") this.#product(node);
    else if (opType === "BatchNormalization") {
      // A Scale layer wants pictures: vectors are made so, and vectors again.
      const vectors = this.#rank(input[0]!) === 2;
      if (vectors) this.#unnamed("Shuffle", input[0]!);
      if (vectors) this.#unnamed("Scale", output[0]!);
      this.#named(output[0]!);
    } else {
      this.#count = undefined;
      for (const name of output) if (name && this.#isPicture(name)) this.#named(name);
    }
  }

  #product(node: NodeMessage): void {
    const [, weights, bias] = node.input;
    const plain = integer(node, "transA", 0) === 0 && this.#index.constant(weights!);
    if (!plain) this.#count = undefined;
    this.#operand(weights!, 2);
    if (bias) {
      this.#unnamed("Matrix Multiply", node.output[0]!);
      this.#operand(bias, 2);
    }
    this.#named(node.output[0]!);
  }

  /** A constant becomes a layer where it is read, and another one if its rank has to grow. */
  #operand(name: string, rank: number): void {
    const tensor = this.#index.constant(name);
    if (!tensor) {
      if ((this.#rank(name) ?? rank) !== rank) this.#unnamed("Shuffle", name);
      return;
    }
    const values = isFloating(tensor) ? Array.from(numbers(tensor)) : [];
    const constant = values.length > 0
      ? union(values.map((value) => ({ min: value, max: value })))
      : undefined;
    // A single number is not calibrated, but counts.
    if (dimensions(tensor).length === 0) this.#skip();
    else this.#unnamed("Constant", name, constant);
    if (dimensions(tensor).length !== rank) this.#unnamed("Shuffle", name, constant);
  }

  #named(name: string): void {
    this.#skip();
    this.tensors.push({ name, like: name });
  }

  #unnamed(kind: string, like: string, constant?: Range): void {
    if (this.#count === undefined) return;
    this.tensors.push({ name: `(Unnamed Layer* ${this.#count}) [${kind}]_output`, like, constant });
    this.#count++;
  }

  #skip(): void {
    if (this.#count !== undefined) this.#count++;
  }

  #rank(name: string): number | undefined {
    const tensor = this.#index.constant(name);
    return tensor ? dimensions(tensor).length : this.#shapes.get(name)?.length;
  }

  /** Whether it may hold activations; what computes shapes holds integers, which have no scale. */
  #isPicture(name: string): boolean {
    const from = this.#index.producer(name);
    return !["Shape", "Size", "Range", "ConstantOfShape", "NonZero", "ArgMax"].includes(
      from?.opType ?? "",
    );
  }
}
