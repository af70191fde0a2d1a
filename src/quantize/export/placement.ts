import type { GraphIndex, Use } from "../../onnx/graph_index.ts";
import type { NodeMessage } from "../../onnx/messages.ts";
import { carried } from "../graph/carriers.ts";
import type { QuantGroup, QuantizationPlan } from "../graph/plan.ts";
import { type Range, rangeOf, type Ranges, union } from "./ranges.ts";
import { Sets } from "./sets.ts";

/** A Q/DQ pair to put in. */
export interface Quantizer {
  /** The tensor that is quantised. */
  readonly tensor: string;
  /** Those with the same class share one scale. */
  readonly scaleClass: string;
  /**
   * What the scale is for: the tensors that are quantised in it, and all that is made of them without
   * another scale. A pooled tensor, say, has more of the large numbers than the one it comes from.
   */
  readonly range: Range;
  /** Who reads the quantised tensor in place of it. */
  readonly uses: readonly Use[];
  /** Set where the tensor is quantised already and this scales it anew, coarser. */
  readonly again: boolean;
}

/** What decides where Q/DQ go. */
export interface PlacementWishes {
  /** Groups that read INT8. */
  readonly active: readonly QuantGroup[];
  /** Ranges of the tensors. */
  readonly ranges: Ranges;
  /**
   * How many times wider than its own a tensor's range may become so that it shares its scale with
   * those it meets: 1 is never, Infinity always. Where it is not shared, it is scaled anew there.
   */
  readonly shareWithin: number;
  /** Whether Q/DQ also stand behind nodes that pass INT8 on, as TensorRT wants it, not above alone. */
  readonly everywhere?: boolean;
  /** Active groups for whose inputs no place is wanted: what they read is quantised for them apart. */
  readonly apart?: ReadonlySet<QuantGroup>;
}

/**
 * Where Q/DQ go: on what INT8 groups read, but above the nodes that pass INT8 on as it is, as far up
 * as that goes. Groups with weights that stay float never read a quantised tensor for the sake of
 * others, except what comes through such a node for several.
 *
 * @throws {RangeError} A range that is missing, or none.
 */
export function placeQuantizers(
  index: GraphIndex,
  plan: QuantizationPlan,
  wishes: PlacementWishes,
): Quantizer[] {
  return new Placement(index, plan, wishes).quantizers();
}

class Placement {
  readonly #carriers: ReadonlySet<NodeMessage>;
  readonly #edges: readonly Use[];
  readonly #reading: ReadonlySet<NodeMessage>;
  readonly #refusing: ReadonlySet<NodeMessage>;
  readonly #passes = new Map<NodeMessage, boolean>();
  readonly #classes = new Sets();
  readonly #points = new Map<string, Map<string, Use[]>>();
  readonly #seen = new Set<string>();

  constructor(
    readonly index: GraphIndex,
    plan: QuantizationPlan,
    readonly wishes: PlacementWishes,
  ) {
    const { active } = wishes;
    this.#carriers = new Set(plan.joins.map((join) => index.producer(join.node)!));
    this.#edges = active.flatMap((group) => {
      if (wishes.apart?.has(group)) return [];
      const node = index.producer(group.node)!;
      return node.input.flatMap((name, i) =>
        group.reads.includes(name) ? [{ node, index: i }] : []
      );
    });
    this.#reading = new Set(this.#edges.map(({ node }) => node));
    this.#refusing = new Set(
      plan.groups.filter((group) => group.weights !== undefined && !active.includes(group))
        .map((group) => index.producer(group.node)!),
    );
  }

  quantizers(): Quantizer[] {
    const passing = [...this.#carriers].filter((node) => this.#passing(node));
    for (const node of passing) {
      const inputs = node.opType === "Concat" ? [] : carried(node);
      for (const name of [...inputs, ...node.output]) this.#classes.join(node.output[0]!, name);
    }
    const meetings = passing.filter((node) => node.opType === "Concat");
    for (const node of meetings) this.#joinOwn(node, passing);
    this.#joinAlike(meetings, passing);
    for (const use of this.#edges) {
      const tensor = use.node.input[use.index]!;
      this.#place(use, tensor, this.#classes.find(tensor));
    }
    if (this.wishes.everywhere) { for (const node of passing) this.#placeBehind(node); }
    const ranges = this.#ranges(passing);
    return [...this.#points].flatMap(([tensor, classes]) => {
      const own = this.#classes.find(tensor);
      const ordered = [...classes].sort(([a], [b]) => Number(b === own) - Number(a === own));
      return ordered.map(([scaleClass, uses], i) => {
        return { tensor, scaleClass, range: ranges.get(scaleClass)!, uses, again: i > 0 };
      });
    });
  }

  /** The range of each class. */
  #ranges(passing: readonly NodeMessage[]): Map<string, Range> {
    const members: [string, string][] = passing.flatMap((node) =>
      [...carried(node), ...node.output].map((
        name,
      ): [string, string] => [this.#classes.find(name), name])
    );
    for (const [tensor, classes] of this.#points) {
      for (const scaleClass of classes.keys()) members.push([scaleClass, tensor]);
    }
    const ranges = new Map<string, Range>();
    for (const [scaleClass, name] of members) {
      const before = ranges.get(scaleClass);
      const range = rangeOf(this.wishes.ranges, name);
      ranges.set(scaleClass, before ? union([before, range]) : range);
    }
    return ranges;
  }

  /** Whether INT8 goes through a carrier: somebody wants it, and nobody needs it in float. */
  #passing(node: NodeMessage): boolean {
    const known = this.#passes.get(node);
    if (known !== undefined) return known;
    this.#passes.set(node, false);
    const uses = node.output.flatMap((name) => this.index.uses(name));
    const passes = !node.output.some((name) => this.index.isOutput(name)) &&
      !uses.some((use) => this.#refusing.has(use.node)) &&
      uses.some((use) =>
        this.#reading.has(use.node) || (this.#carriers.has(use.node) && this.#passing(use.node))
      );
    this.#passes.set(node, passes);
    return passes;
  }

  /** What goes into a Concat and is read in INT8 by nobody else has its scale. */
  #joinOwn(node: NodeMessage, passing: readonly NodeMessage[]): void {
    for (const name of carried(node)) {
      const scaleClass = this.#classes.find(name);
      const reads = (input: string | undefined) => this.#classes.find(input ?? "") === scaleClass;
      const elsewhere = this.#edges.some((use) => reads(use.node.input[use.index])) ||
        passing.some((carrier) =>
          carrier !== node && !reads(carrier.output[0]) && carried(carrier).some(reads)
        );
      if (!elsewhere) this.#classes.join(node.output[0]!, name);
    }
  }

  /** The others have it if that makes no range much wider. */
  #joinAlike(meetings: readonly NodeMessage[], passing: readonly NodeMessage[]): void {
    const classes = new Map<string, Range[]>();
    const members = new Set(passing.flatMap((node) => [...carried(node), ...node.output]));
    for (const name of members) {
      const root = this.#classes.find(name);
      classes.set(root, [...classes.get(root) ?? [], rangeOf(this.wishes.ranges, name)]);
    }
    // Of each class the range of its parts before they were joined.
    const parts = new Map([...classes].map(([root, ranges]) => [root, [union(ranges)]]));
    const width = ({ min, max }: Range) => max - min;
    for (const node of meetings) {
      for (const name of carried(node)) {
        const [own, other] = [this.#classes.find(node.output[0]!), this.#classes.find(name)];
        if (own === other) continue;
        const joined = [...parts.get(own)!, ...parts.get(other)!];
        const narrowest = Math.min(...joined.map(width));
        if (width(union(joined)) > this.wishes.shareWithin * narrowest) continue;
        this.#classes.join(own, other);
        parts.set(this.#classes.find(own), joined);
      }
    }
  }

  /** What was pushed up through a carrier is quantised, in the same scale, below it too. */
  #placeBehind(node: NodeMessage): void {
    for (const name of node.output) {
      const scaleClass = this.#classes.find(name);
      const uses = this.index.uses(name).filter((use) =>
        this.#edges.some((edge) => edge.node === use.node && edge.index === use.index) ||
        this.#passes.get(use.node)
      );
      const classes = this.#points.get(name) ?? new Map<string, Use[]>();
      const placed = [...classes.values()].flat();
      const rest = uses.filter((use) =>
        !placed.some((other) => other.node === use.node && other.index === use.index)
      );
      this.#points.set(name, classes);
      if (rest.length) classes.set(scaleClass, [...classes.get(scaleClass) ?? [], ...rest]);
    }
  }

  #place(use: Use, tensor: string, scaleClass: string): void {
    const producer = this.index.producer(tensor);
    const above = producer && this.#passes.get(producer) && this.#carriers.has(producer);
    // What is scaled anew for one reader alone is so before it grows in a Resize, not after.
    const only = () => this.index.uses(tensor).length === 1 && producer!.opType === "Resize";
    if (above && (this.#classes.find(tensor) === scaleClass || only())) {
      carried(producer).forEach((name, i) => {
        const key = `${producer.output[0]} ${i}`;
        if (this.#seen.has(key)) return;
        this.#seen.add(key);
        this.#place({ node: producer, index: i }, name, scaleClass);
      });
      return;
    }
    const classes = this.#points.get(tensor) ?? new Map<string, Use[]>();
    this.#points.set(tensor, classes);
    classes.set(scaleClass, [...classes.get(scaleClass) ?? [], use]);
  }
}
