import { integer } from "../onnx/attributes.ts";
import { GraphIndex, type NodeMessage, type OnnxModel } from "../onnx/mod.ts";
import { joined, type Observed, sigmoidOf, type TensorHistogram } from "./calibration/mod.ts";

/** How a tensor's histogram follows from those of others. */
export interface Derivation {
  /** Names of tensors, none of which is behind the tensor itself. */
  readonly from: readonly string[];
  readonly by: "joined" | "sigmoid";
}

/**
 * Tensors of a list that need not be counted, because what they hold follows from others of it: what
 * Concat makes and what Split takes apart, and the sigmoid of another. To copy and to count them too
 * takes a third of the time in which YOLOv8n is calibrated for all targets.
 *
 * @param tensors Names.
 * @param whole Those of which nothing but the whole is asked, not the channels: sigmoids are told so.
 * @returns By name.
 */
export function derivations(
  { graph }: OnnxModel,
  tensors: readonly string[],
  whole: ReadonlySet<string>,
): Map<string, Derivation> {
  const index = new GraphIndex(graph);
  const listed = new Set(tensors);
  const found = new Map<string, Derivation>();
  for (const node of graph.node) {
    const { made, from, by } = parts(node) ?? {};
    if (made === undefined || !from || !by || found.has(made)) continue;
    if (by === "sigmoid" && !whole.has(made)) continue;
    // What Split makes is never derived, so that what it takes apart can be.
    if ([made, ...from].every((name) => listed.has(name) && !index.constant(name))) {
      found.set(made, { from, by });
    }
  }
  return found;
}

function parts(node: NodeMessage) {
  const { opType, input, output } = node;
  const alongChannels = () => integer(node, "axis", 0) === 1;
  switch (opType) {
    case "Concat":
      return alongChannels() ? { made: output[0], from: input, by: "joined" as const } : undefined;
    case "Split":
      return alongChannels() ? { made: input[0], from: output, by: "joined" as const } : undefined;
    case "Sigmoid":
      return { made: output[0], from: input, by: "sigmoid" as const };
  }
}

/**
 * What was observed, with what follows from it.
 *
 * @param tensors Names of all, in the order that is wanted.
 */
export function withDerived(
  observed: Observed,
  tensors: readonly string[],
  derived: ReadonlyMap<string, Derivation>,
): Observed {
  const sizes = observed.sizes.map(({ histograms, ...size }) => {
    const of = (name: string): TensorHistogram => {
      const { from, by } = derived.get(name) ?? {};
      if (!from) return histograms.get(name)!;
      return by === "joined" ? joined(name, from.map(of)) : sigmoidOf(name, of(from[0]!));
    };
    return { ...size, histograms: new Map(tensors.map((name) => [name, of(name)])) };
  });
  return { ...observed, sizes };
}
