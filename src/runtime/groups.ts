import type { LinkPlan, NodePlan } from "../graph/plan.ts";

/** Nodes that run as one stage: a script element, or native ones fused into one job. */
export interface Group {
  readonly nodes: readonly [NodePlan, ...NodePlan[]];
  readonly native: boolean;
  /** The queue before the first. */
  readonly link: LinkPlan;
  /** Seconds one packet may take. */
  readonly timeout: number;
  readonly children: readonly Group[];
}

/**
 * The groups that are fed by `from` (null: the sources), with all that follows. A native node joins
 * the one before it if nobody else is fed by that, and if it works on what that leaves behind: one
 * that takes pictures begins a job of its own.
 */
export function group(nodes: readonly NodePlan[], from: string | null = null): Group[] {
  return fedBy(nodes, from).map((first) => {
    const members: [NodePlan, ...NodePlan[]] = [first];
    let tail = first;
    while (tail.element.role === "native") {
      const [next, another] = fedBy(nodes, tail.id);
      if (!next || another || next.element.role !== "native") break;
      if (next.element.accepts.includes("image")) break;
      members.push(next);
      tail = next;
    }
    return {
      nodes: members,
      native: first.element.role === "native",
      link: first.link,
      timeout: Math.max(...members.map((node) => node.timeout)),
      children: group(nodes, tail.id),
    };
  });
}

/** The nodes that `id` feeds, in the plan's order. */
export function fedBy(nodes: readonly NodePlan[], id: string | null): NodePlan[] {
  return nodes.filter((node) => node.from === id);
}

/** The elements that `node` shares its group with: the one before it and the one after it. */
export function nativeAround(
  nodes: readonly NodePlan[],
  node: NodePlan,
): { readonly before: string | undefined; readonly after: string | undefined } {
  const find = (groups: readonly Group[]): readonly NodePlan[] | undefined => {
    for (const one of groups) {
      const found = one.nodes.includes(node) ? one.nodes : find(one.children);
      if (found) return found;
    }
    return undefined;
  };
  const members = find(group(nodes)) ?? [];
  const at = members.indexOf(node);
  return { before: members[at - 1]?.element.name, after: members[at + 1]?.element.name };
}
