import type { GraphIndex } from "../../onnx/graph_index.ts";
import { carried, isCarrier } from "../graph/carriers.ts";
import type { QuantGroup } from "../graph/plan.ts";
import type { Quantization, Range } from "./ranges.ts";

/** What is known of the activations. */
export interface SeenActivations {
  /** Ranges by channel, by tensor. */
  readonly channels?: ReadonlyMap<string, readonly Range[]>;
  /** How those are quantised that were (by channel, perhaps), by the tensor read in their place. */
  readonly integers: ReadonlyMap<string, Quantization | readonly Quantization[]>;
}

/**
 * How many times further than was seen a channel may go: other pictures have other extremes. With 1,
 * YOLOX-Nano's detections were no nearer to the float model's than with 1.25 (0.926 and 0.927).
 */
const margin = 1.25;

/**
 * The greatest integer that each channel of what a convolution reads can be expected to take.
 *
 * @returns undefined where that is not known: any may be the greatest there is.
 */
export function maximaOf(
  index: GraphIndex,
  group: QuantGroup,
  { channels, integers }: SeenActivations,
): Uint8Array | undefined {
  const ranges = channels?.get(group.reads[0] ?? "");
  if (group.kind !== "convolution" || !ranges) return undefined;
  // Another reader of the same weights may see other numbers.
  if (index.uses(group.weights!).length !== 1) return undefined;
  const how = quantizationOf(index, index.producer(group.node)!.input[0]!, integers);
  if (!how) return undefined;
  return Uint8Array.from(ranges, ({ max }, channel) => {
    const { scale, zeroPoint } = "scale" in how ? how : how[channel]!;
    return Math.min(255, Math.ceil(margin * max / scale) + zeroPoint);
  });
}

/** How a tensor is quantised, or what carriers make it of, which have one scale, or it is not known. */
function quantizationOf(
  index: GraphIndex,
  tensor: string,
  integers: SeenActivations["integers"],
): Quantization | readonly Quantization[] | undefined {
  const own = integers.get(tensor);
  if (own) return own;
  const producer = index.producer(tensor);
  if (!producer || !isCarrier(index, producer)) return undefined;
  const [first, ...others] = carried(producer).map((name) => quantizationOf(index, name, integers));
  if (!first || !("scale" in first)) return undefined;
  const same = others.every((other) =>
    other && "scale" in other && other.scale === first.scale && other.zeroPoint === first.zeroPoint
  );
  return same ? first : undefined;
}
