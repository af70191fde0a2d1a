import { inputShape } from "../../model/mod.ts";
import { inferShapes } from "../../onnx/shapes.ts";
import type { InputSize } from "../calibration/mod.ts";
import type { QuantGroup } from "../graph/mod.ts";
import type { Subject } from "../subject.ts";

/** Multiply-adds that take as long as moving one value in 32 bits in place of 8. */
const perValue = 30;

/**
 * About how much longer each group takes in float than in INT8, by id; only the proportions mean
 * something. Arithmetic takes longer, and so does what is moved, which is most of a depthwise
 * convolution.
 */
export function floatCosts(
  { prepared, plan, contract: { input } }: Subject,
  size: InputSize,
): Map<string, number> {
  const shapes = inferShapes(prepared, { [input.name]: inputShape(input, size) });
  const values = (name: string) =>
    (shapes.get(name) ?? []).reduce<number>((product, size) => product * (size ?? 1), 1);
  const cost = ({ multiplyAdds, reads, output }: QuantGroup) => {
    const moved = [...reads, output].reduce((sum, name) => sum + values(name), 0);
    return (multiplyAdds ?? 0) + perValue * moved;
  };
  return new Map(plan.groups.map((group) => [group.id, cost(group)]));
}

/**
 * About how many per cent longer TensorRT takes with a group in float amid INT8, by id: one for what
 * has to be converted there and is no longer computed together, and its share of all costs. YOLOv8n at
 * 640 with 10, 12 and 20 groups of 69 in float took 23, 24 and 30 % longer, where this gives 22, 27 and
 * 48; wholly in 16 bits 11 % (TensorRT 8.5.3, H200, batch 1).
 *
 * @param costs By id, see `floatCosts`.
 * @param active Ids of the groups that are in INT8 else.
 */
export function gpuCosts(
  costs: ReadonlyMap<string, number>,
  active: readonly string[],
): Map<string, number> {
  const all = active.reduce((sum, id) => sum + (costs.get(id) ?? 0), 0) || 1;
  return new Map(active.map((id) => [id, 1 + 100 * (costs.get(id) ?? 0) / all]));
}
