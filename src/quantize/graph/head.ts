import type { GraphIndex } from "../../onnx/graph_index.ts";
import type { NodeMessage } from "../../onnx/messages.ts";
import { dimensions } from "../../onnx/tensor.ts";
import type { FoundGroup } from "./groups.ts";

/**
 * The tail: the nodes between the last groups and the model's outputs, found from the outputs
 * backwards. Box decoding, DFL, final concatenations and sigmoids are in it, whatever their names.
 */
export function findTail(index: GraphIndex, groups: readonly FoundGroup[]): Set<NodeMessage> {
  const computing = new Set(
    groups.filter(({ group }) => group.weights !== undefined).flatMap(({ nodes }) => nodes),
  );
  const tail = new Set<NodeMessage>();
  const stack = index.graph.output.map((output) => output.name ?? "");
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    const node = index.producer(name);
    if (!node || computing.has(node) || tail.has(node)) continue;
    tail.add(node);
    stack.push(...index.readBy(node));
  }
  return tail;
}

/** Ids of the groups of the detection head, and of those of them whose output is float. */
export interface Head {
  readonly head: ReadonlySet<string>;
  readonly last: ReadonlySet<string>;
}

/**
 * The head: the chains of groups that end in the tail. A chain is followed back while nothing else
 * needs what it makes. At the coarsest of several levels that would go on into the neck, because the
 * head alone reads it; so chains that make equally many channels are cut to the shortest of them.
 * A model with one last group, such as an embedding, has that as its head.
 */
export function findHead(
  index: GraphIndex,
  groups: readonly FoundGroup[],
  tail: ReadonlySet<NodeMessage>,
): Head {
  const makes = new Map(groups.map((found) => [found.group.output, found]));
  const owner = new Map(
    groups.flatMap((found) => found.nodes.map((node) => [node, found] as const)),
  );
  const within = new Set<FoundGroup>();
  const leadsOut = (found: FoundGroup) =>
    index.uses(found.group.output).every(({ node }) => {
      const reader = owner.get(node);
      return tail.has(node) || (reader !== undefined && within.has(reader));
    });
  const backwards = groups.filter(({ nodes }) => !tail.has(nodes[0]!)).toReversed();
  for (const found of backwards) if (leadsOut(found)) within.add(found);

  const last = backwards.filter((found) =>
    found.group.weights !== undefined &&
    index.uses(found.group.output).every(({ node }) => tail.has(node))
  );
  const chain = (end: FoundGroup): FoundGroup[] => {
    const links = [end];
    for (let at = end; at.group.reads.length === 1;) {
      const before = makes.get(at.group.reads[0]!);
      if (!before || !within.has(before)) break;
      links.push(at = before);
    }
    return links;
  };
  const channels = ({ group }: FoundGroup) =>
    dimensions(index.constant(group.weights!)!)[group.channelAxis!]!;
  const shortest = new Map<number, number>();
  for (const end of last) {
    const before = shortest.get(channels(end)) ?? Infinity;
    shortest.set(channels(end), Math.min(before, chain(end).length));
  }
  const head = last.flatMap((end) =>
    chain(end).slice(0, last.length > 1 ? shortest.get(channels(end)) : 1)
  );
  const ids = (found: readonly FoundGroup[]) => new Set(found.map(({ group }) => group.id));
  return { head: ids(head), last: ids(last) };
}
