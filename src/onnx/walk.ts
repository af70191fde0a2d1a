import type { GraphMessage, NodeMessage, TensorMessage } from "./messages.ts";

/** The graphs inside a node: branches of an If, the body of a Loop. */
export function innerGraphs(node: NodeMessage): GraphMessage[] {
  return (node.attribute ?? []).flatMap((attribute) =>
    attribute.g ? [attribute.g, ...(attribute.graphs ?? [])] : attribute.graphs ?? []
  );
}

/** All tensors of a graph: initializers, those in attributes, those of inner graphs. */
export function* everyTensor(graph: GraphMessage): Generator<TensorMessage> {
  yield* graph.initializer ?? [];
  for (const node of graph.node ?? []) {
    for (const attribute of node.attribute ?? []) {
      if (attribute.t) yield attribute.t;
      yield* attribute.tensors ?? [];
    }
    for (const inner of innerGraphs(node)) yield* everyTensor(inner);
  }
}

/** What the graphs inside a node take from outside: names they use and do not make. */
export function capturedNames(node: NodeMessage): Set<string> {
  const captured = new Set<string>();
  for (const graph of innerGraphs(node)) {
    const made = new Set<string | undefined>([
      ...graph.input.map((value) => value.name),
      ...graph.initializer.map((tensor) => tensor.name),
      ...graph.node.flatMap((inner) => inner.output),
    ]);
    const used = [
      ...graph.node.flatMap((inner) => [...inner.input, ...capturedNames(inner)]),
      ...graph.output.map((value) => value.name ?? ""),
    ];
    for (const name of used) if (name && !made.has(name)) captured.add(name);
  }
  return captured;
}
