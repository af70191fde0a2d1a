import { integer } from "../../onnx/attributes.ts";
import { GraphIndex } from "../../onnx/graph_index.ts";
import { DataType, type NodeMessage } from "../../onnx/messages.ts";
import { declaredShape, isDefaultDomain, type OnnxModel, type Size } from "../../onnx/model.ts";
import { inferShapes } from "../../onnx/shapes.ts";
import { dimensions, elements, numbers, tensorOf } from "../../onnx/tensor.ts";

/** Integers that a model computes of shapes, as far as they are known; no more than one dimension. */
interface Integers {
  readonly dims: readonly number[];
  readonly values: readonly Size[];
}

/**
 * Puts constants, in place, where a model works out from a tensor's shape what follows from the
 * declared one: half of the channels, say, where a convolution's output is cut in two. What follows
 * from the batch is left to be computed: a pipeline may run several pictures at once through a model
 * that declares one.
 */
export function foldShapes(model: OnnxModel): void {
  // What is cut by a constant has a known shape, of which more may follow.
  while (foldOnce(model));
}

function foldOnce(model: OnnxModel): boolean {
  const { graph } = model;
  if (!graph.node.some(({ opType }) => opType === "Shape")) return false;
  const index = new GraphIndex(graph);
  const shapes = inferShapes(model, anyBatch(model));
  const known = new Map<string, Integers>();
  const read = (name: string | undefined): Integers | undefined => {
    const tensor = index.constant(name ?? "");
    if (tensor?.dataType !== DataType.int64) return known.get(name ?? "");
    const dims = dimensions(tensor);
    return dims.length < 2 ? { dims, values: [...numbers(tensor)] } : undefined;
  };
  const before = graph.node.length;
  graph.node = graph.node.filter((node) => {
    const [made] = node.output;
    if (!made || !isDefaultDomain(node.domain) || index.constant(made)) return true;
    const result = computed(node, read, shapes.get(node.input[0] ?? ""));
    if (!result) return true;
    known.set(made, result);
    if (result.values.includes(undefined) || index.isOutput(made)) return true;
    const data = BigInt64Array.from(result.values, (value) => BigInt(value!));
    graph.initializer.push(tensorOf(made, result.dims, DataType.int64, data));
    return false;
  });
  return graph.node.length < before;
}

/** Shapes of the inputs, without their first dimension where they have several. */
function anyBatch(model: OnnxModel): Record<string, readonly Size[]> {
  return Object.fromEntries(
    model.inputs.flatMap((input) => {
      const shape = declaredShape(input);
      return shape && shape.length > 1 ? [[input.name ?? "", [undefined, ...shape.slice(1)]]] : [];
    }),
  );
}

function computed(
  node: NodeMessage,
  read: (name: string | undefined) => Integers | undefined,
  shape: readonly Size[] | undefined,
): Integers | undefined {
  const [a, b] = [read(node.input[0]), read(node.input[1])];
  switch (node.opType) {
    case "Shape":
      return shape && node.attribute.length === 0
        ? { dims: [shape.length], values: shape }
        : undefined;
    case "Gather": {
      if (!a || !b || a.dims.length !== 1 || integer(node, "axis", 0) !== 0) return undefined;
      return {
        dims: b.dims,
        values: b.values.map((at) => at === undefined ? at : a.values.at(at)),
      };
    }
    case "Add":
      return a && b && each(a, b, (x, y) => x + y);
    case "Sub":
      return a && b && each(a, b, (x, y) => x - y);
    case "Mul":
      return a && b && each(a, b, (x, y) => x * y);
    case "Div":
      return a && b && each(a, b, (x, y) => y === 0 ? undefined : Math.trunc(x / y));
    default:
      return undefined;
  }
}

/** Element by element, where the two are as long or one of them is a single number. */
function each(a: Integers, b: Integers, of: (x: number, y: number) => Size): Integers | undefined {
  const dims = a.dims.length >= b.dims.length && elements(a.dims) >= elements(b.dims)
    ? a.dims
    : b.dims;
  const count = elements(dims);
  if ([a, b].some(({ values }) => values.length !== count && values.length !== 1)) return undefined;
  const values = Array.from({ length: count }, (_, i) => {
    const [x, y] = [a, b].map(({ values }) => values.length === 1 ? values[0] : values[i]);
    return x === undefined || y === undefined ? undefined : of(x, y);
  });
  return { dims, values };
}
