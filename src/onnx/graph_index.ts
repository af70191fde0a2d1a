import { attribute } from "./attributes.ts";
import type { GraphMessage, NodeMessage, TensorMessage } from "./messages.ts";
import { isDefaultDomain } from "./model.ts";
import { capturedNames } from "./walk.ts";

/** A place where a tensor is read. */
export interface Use {
  /** The node that reads it. */
  readonly node: NodeMessage;
  /** Which of the node's inputs; -1 where a graph inside the node reads it. */
  readonly index: number;
}

/** Who makes and who reads each tensor of a graph, as it was when this was made. */
export class GraphIndex {
  readonly #producers = new Map<string, NodeMessage>();
  readonly #uses = new Map<string, Use[]>();
  readonly #constants = new Map<string, TensorMessage>();
  readonly #outputs: ReadonlySet<string>;
  readonly #names = new Set<string>();

  /**
   * Looks through a graph once.
   * @param graph Inner graphs are looked through only for what they read of this one.
   */
  constructor(readonly graph: GraphMessage) {
    for (const tensor of graph.initializer) this.#constants.set(tensor.name ?? "", tensor);
    for (const node of graph.node) {
      for (const name of node.output) if (name) this.#producers.set(name, node);
      node.input.forEach((name, index) => name && this.#use(name, { node, index }));
      for (const name of capturedNames(node)) this.#use(name, { node, index: -1 });
      this.#readConstant(node);
      this.#names.add(node.name ?? "");
    }
    this.#outputs = new Set(graph.output.map((output) => output.name ?? ""));
    for (const value of graph.input) this.#names.add(value.name ?? "");
    for (const name of this.#constants.keys()) this.#names.add(name);
    for (const name of this.#producers.keys()) this.#names.add(name);
  }

  /** The node that makes a tensor; undefined for inputs and initializers. */
  producer(name: string): NodeMessage | undefined {
    return this.#producers.get(name);
  }

  /** Where a tensor is read, in the graph's order. The graph's own outputs are not among them. */
  uses(name: string): readonly Use[] {
    return this.#uses.get(name) ?? [];
  }

  /** What a node reads, graphs inside it included. */
  readBy(node: NodeMessage): string[] {
    return [...node.input.filter((name) => name !== ""), ...capturedNames(node)];
  }

  /** Whether a tensor is an output of the graph. */
  isOutput(name: string): boolean {
    return this.#outputs.has(name);
  }

  /** What is in a tensor that is always the same: an initializer, or a Constant, or a copy of one. */
  constant(name: string): TensorMessage | undefined {
    return this.#constants.get(name);
  }

  /** A name that neither a tensor nor a node has, near to the one wished for; it is taken then. */
  freshName(wish: string): string {
    let name = wish;
    for (let i = 1; this.#names.has(name); i++) name = `${wish}_${i}`;
    this.#names.add(name);
    return name;
  }

  #use(name: string, use: Use): void {
    const uses = this.#uses.get(name);
    if (uses) uses.push(use);
    else this.#uses.set(name, [use]);
  }

  #readConstant(node: NodeMessage): void {
    if (!isDefaultDomain(node.domain)) return;
    const made = node.output[0] ?? "";
    const value = node.opType === "Constant"
      ? attribute(node, "value")?.t
      : node.opType === "Identity"
      ? this.#constants.get(node.input[0] ?? "")
      : undefined;
    if (value) this.#constants.set(made, value);
  }
}
