import { closest, distance } from "fastest-levenshtein";
import { ModelError } from "../model/error.ts";
import { GraphIndex } from "./graph_index.ts";
import { DataType } from "./messages.ts";
import type { OnnxModel } from "./model.ts";

/**
 * A copy of a model that gives inner tensors as outputs too, after those that it has. Tensors are
 * taken to be 32-bit floats; a name that is an output already is not added twice.
 *
 * @throws {ModelError} No node makes a tensor of that name.
 */
export function withOutputs(model: OnnxModel, names: readonly string[]): OnnxModel {
  const copy = model.clone();
  const index = new GraphIndex(copy.graph);
  const known = new Map(copy.graph.valueInfo.map((value) => [value.name, value]));
  const have = new Set(copy.graph.output.map((output) => output.name));
  for (const name of names) {
    if (have.has(name)) continue;
    if (!index.producer(name)) {
      const all = copy.graph.node.flatMap((node) => node.output);
      const near = all.length > 0 ? closest(name, all) : "";
      const hint = near && distance(near, name) <= Math.max(3, name.length / 4)
        ? `; did you mean \`${near}\`?`
        : "";
      throw new ModelError(`no node makes a tensor \`${name}\`${hint}`, model.path);
    }
    have.add(name);
    copy.graph.output.push(
      known.get(name) ?? { name, type: { tensorType: { elemType: DataType.float } } },
    );
  }
  return copy;
}

/** Takes out, in place, nodes and initializers that no output needs, and what was said of them. */
export function removeUnused(model: OnnxModel): void {
  const { graph } = model;
  const needed = new Set(graph.output.map((output) => output.name ?? ""));
  const index = new GraphIndex(graph);
  const stack = [...needed];
  const kept = new Set<unknown>();
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    const node = index.producer(name);
    if (!node || kept.has(node)) continue;
    kept.add(node);
    for (const use of index.readBy(node)) {
      if (!needed.has(use)) {
        needed.add(use);
        stack.push(use);
      }
    }
  }
  const inputs = new Set(model.inputs.map((input) => input.name));
  graph.node = graph.node.filter((node) => kept.has(node));
  graph.initializer = graph.initializer.filter((tensor) => needed.has(tensor.name ?? ""));
  const made = new Set(graph.node.flatMap((node) => node.output));
  graph.valueInfo = graph.valueInfo.filter((value) => made.has(value.name ?? ""));
  const initialized = new Set(graph.initializer.map((tensor) => tensor.name));
  graph.input = graph.input.filter((value) =>
    inputs.has(value.name) || initialized.has(value.name)
  );
}
